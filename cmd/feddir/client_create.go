package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/graph/model"
)

const clientCreateUsage = `client create --directory NAME --name NAME [flags]

Creates an OAuth client of a directory and prints the settings for the identity
provider and the client secret, once; the secret is not stored. A client with
public keys of its own or a trusted issuer gets a secret only with --secret.

Examples:
  feddir client create --directory People --name "Entra ID"
  feddir client create --directory People --name Sync --jwks keys.json
  feddir client create --directory People --name "Entra ID" \
      --federation-issuer https://login.microsoftonline.com/TENANT/v2.0 \
      --federation-audience APPLICATION --federation-subject PRINCIPAL`

// clientCreation are the flags of client create.
type clientCreation struct {
	*companyFlags
	in                                model.CreateOAuthClientInput
	jwks                              string
	secret                            bool
	lifetime                          time.Duration
	secretExpiry                      func() (*time.Time, error)
	issuer, audience, subject, keysAt string
}

func newClientCreation(getenv func(string) string, stdout io.Writer) *clientCreation {
	c := &clientCreation{companyFlags: newClientCommand("create", clientCreateUsage, getenv, stdout)}
	c.in.Description = c.String("description", "", "description `text` of the client")
	c.StringVar(&c.in.Name, "name", "", "`name` of the client")
	c.DurationVar(&c.lifetime, "token-lifetime", time.Duration(oauthclient.DefaultTokenLifetime)*time.Second, "lifetime of access tokens, a `time` from 1h to 6h")
	c.BoolVar(&c.secret, "secret", false, "create a client secret although the client has keys of its own or trusts an issuer")
	c.secretExpiry = secretExpiry(c.Command)
	c.StringVar(&c.jwks, "jwks", "", "`file` with the public keys that the client signs JWTs with, a JWK Set: RS256 of 2048 bits or more, or ES256")
	c.StringVar(&c.issuer, "federation-issuer", "", "`url` of the issuer whose JWTs authenticate the client")
	c.StringVar(&c.audience, "federation-audience", "", "audience `name` that these JWTs must have: for Entra the application's id")
	c.StringVar(&c.subject, "federation-subject", "", "subject `name` that these JWTs must have: for Entra the object id of the provisioning service principal")
	c.StringVar(&c.keysAt, "federation-keys", "", "`url` where the issuer publishes its keys; not needed for Entra and Google")
	return c
}

// input reads the flags.
func (c *clientCreation) input() error {
	switch {
	case *c.directory == "":
		return command.Wrongf("--directory is missing: the directory that the client opens")
	case c.in.Name == "":
		return command.Wrongf("--name is missing; see feddir client create --help")
	}
	c.in.TokenLifetimeSeconds = int(c.lifetime.Seconds())
	if c.jwks != "" {
		text, err := os.ReadFile(c.jwks)
		if err != nil {
			return fmt.Errorf("--jwks: %w", err)
		}
		keys := string(text)
		c.in.Jwks = &keys
	}
	if c.issuer+c.audience+c.subject+c.keysAt != "" {
		if c.issuer == "" || c.audience == "" || c.subject == "" {
			return command.Wrongf("--federation-issuer, --federation-audience and --federation-subject go together")
		}
		c.in.Federation = &model.OAuthFederationInput{Issuer: c.issuer, Audience: c.audience, Subject: c.subject}
		if c.keysAt != "" {
			c.in.Federation.JwksURI = &c.keysAt
		}
	}
	c.in.WithSecret = c.secret || c.in.Jwks == nil && c.in.Federation == nil
	var err error
	c.in.SecretExpiresAt, err = c.secretExpiry()
	return err
}

func clientCreate(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	c := newClientCreation(getenv, stdout)
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	if err := c.input(); err != nil {
		return err
	}
	var m madeClient
	err := c.do(ctx, func(ctx context.Context, op *operator, _ *ent.Company, directoryID *uuid.UUID) error {
		c.in.DirectoryID = *directoryID
		p, err := op.operations.CreateOAuthClient(ctx, c.in)
		if err != nil {
			return err
		}
		m, err = op.madeClient(ctx, p.Client)
		if p.ClientSecret != nil {
			m.ClientSecret = *p.ClientSecret
		}
		return err
	})
	if err != nil {
		return err
	}
	return m.print(stdout, *c.json)
}

// madeClient is what an identity provider wants to know of a client, as create
// and rotate print it.
type madeClient struct {
	ID              uuid.UUID  `json:"clientId"`
	Name            string     `json:"name"`
	DirectoryID     uuid.UUID  `json:"directoryId"`
	SCIMURL         string     `json:"scimUrl"`
	TokenURL        string     `json:"tokenUrl"`
	ClientSecret    string     `json:"clientSecret,omitempty"`
	SecretExpiresAt *time.Time `json:"secretExpiresAt,omitempty"`
}

// madeClient describes c and its newest secret, without the secret itself.
func (op *operator) madeClient(ctx context.Context, c *ent.OAuthClient) (m madeClient, err error) {
	m = madeClient{ID: c.ID, Name: c.Name, DirectoryID: c.DirectoryID}
	resolver := op.resolver.OAuthClient()
	if m.TokenURL, err = resolver.TokenEndpoint(ctx, c); err != nil {
		return m, err
	}
	d, err := resolver.Directory(ctx, c)
	if err != nil {
		return m, err
	}
	if m.SCIMURL, err = op.resolver.Directory().ScimURL(ctx, d); err != nil {
		return m, err
	}
	secrets, err := resolver.Secrets(ctx, c)
	if len(secrets) > 0 {
		m.SecretExpiresAt = secrets[0].ExpiresAt
	}
	return m, err
}

func (m madeClient) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return command.PrintJSON(w, m)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "OAuth client\t%s\n  tenant URL\t%s\n  token endpoint\t%s\n  client id\t%s\n", m.Name, m.SCIMURL, m.TokenURL, m.ID)
	if m.ClientSecret != "" {
		fmt.Fprintf(t, "  client secret\t%s\n  expires\t%s\n", m.ClientSecret, moment(m.SecretExpiresAt))
	}
	return t.Flush()
}
