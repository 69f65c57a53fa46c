package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

const setupUsage = `setup --company SHORT [flags]

Creates what is missing of a company, a directory, its key and OAuth client for
an identity provider, and an API key, and prints each new secret once; secrets
are not stored. Existing objects stay unchanged. The command works while the
server runs and needs no sign-in: whoever can open the database is the operator.

Examples:
  feddir setup --company harbor --directory People --key "Entra ID" --api-key Console
  feddir setup --company harbor --company-name "Harbor Ltd" --json`

// setupResult is what setup prints with --json.
type setupResult struct {
	Company   setupCompany    `json:"company"`
	Directory *setupDirectory `json:"directory,omitempty"`
	Key       *setupKey       `json:"key,omitempty"`
	APIKey    *setupKey       `json:"apiKey,omitempty"`
}

type setupCompany struct {
	ID        uuid.UUID `json:"id"`
	ShortName string    `json:"shortName"`
}

type setupDirectory struct {
	ID      uuid.UUID `json:"id"`
	Name    string    `json:"name"`
	SCIMURL string    `json:"scimUrl"`
}

type setupKey struct {
	ID          uuid.UUID `json:"id"`
	Name        string    `json:"name"`
	Issuer      string    `json:"issuer,omitempty"`
	AccessToken string    `json:"accessToken,omitempty"` // of a key that was made just now

	// Of the OAuth client beside a directory's key.
	ClientID     string `json:"clientId,omitempty"`
	ClientSecret string `json:"clientSecret,omitempty"` // of a client that was made just now
	tokenURL     string
}

type setupFlags struct {
	company, companyName, directory, key, apiKey string
	scopes                                       []viewer.Scope
}

func runSetup(ctx context.Context, args []string, getenv func(string) string, stdout, _ io.Writer) error {
	c := command.New("setup", setupUsage, getenv, stdout)
	var f setupFlags
	c.StringVar(&f.company, "company", "", "short `name` of the company, used in URLs")
	c.StringVar(&f.companyName, "company-name", "", "display `name` of the company (default its short name)")
	c.StringVar(&f.directory, "directory", "", "`name` of the directory")
	c.StringVar(&f.key, "key", "", "`name` of the key that opens SCIM for the directory")
	c.StringVar(&f.apiKey, "api-key", "", "`name` of the key that opens GraphQL for the company")
	scopes := c.String("scopes", "read,write,keys,records", "`list` of what a new API key may do")
	asJSON := c.Bool("json", false, "print one JSON object")
	where := installation(c)
	err := c.Parse(args, 0)
	if err != nil {
		return err
	}
	switch {
	case f.company == "":
		return command.Wrongf("--company is missing; see feddir setup --help")
	case f.key != "" && f.directory == "":
		return command.Wrongf("--key needs --directory: the directory that it opens")
	}
	if f.scopes, err = parseScopes(*scopes); err != nil {
		return err
	}
	var result *setupResult
	err = where.operate(ctx, func(ctx context.Context, op *operator) (err error) {
		result, err = op.setup(ctx, f)
		return err
	})
	if err != nil {
		return err
	}
	if *asJSON {
		return command.PrintJSON(stdout, result)
	}
	return result.print(stdout)
}

func (op *operator) setup(ctx context.Context, f setupFlags) (*setupResult, error) {
	c, err := op.ensureCompany(ctx, f)
	if err != nil {
		return nil, err
	}
	result := &setupResult{Company: setupCompany{c.ID, c.ShortName}}
	if f.directory != "" {
		d, err := op.ensureDirectory(ctx, c, f.directory)
		if err != nil {
			return nil, err
		}
		url, err := op.resolver.Directory().ScimURL(ctx, d)
		if err != nil {
			return nil, err
		}
		result.Directory = &setupDirectory{d.ID, d.Name, url}
		if f.key != "" {
			in := model.CreateKeyInput{DirectoryID: &d.ID, Name: f.key}
			if result.Key, err = op.ensureKey(ctx, c, in); err != nil {
				return nil, err
			}
			if err = op.ensureOAuthClient(ctx, d, result.Key); err != nil {
				return nil, err
			}
		}
	}
	if f.apiKey != "" {
		in := model.CreateKeyInput{CompanyID: &c.ID, Name: f.apiKey, Scopes: f.scopes}
		if result.APIKey, err = op.ensureKey(ctx, c, in); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// ensureCompany locks the company's row, so that two setups at once do not
// make the same thing twice.
func (op *operator) ensureCompany(ctx context.Context, f setupFlags) (*ent.Company, error) {
	c, err := op.resolver.Query().Company(ctx, &model.CompanyBy{ShortName: &f.company})
	if err != nil {
		return nil, err
	}
	if c != nil {
		return op.resolver.Query().Company(ctx, &model.CompanyBy{ID: &c.ID})
	}
	p, err := op.operations.CreateCompany(ctx, model.CreateCompanyInput{ShortName: f.company, Name: cmp.Or(f.companyName, f.company)})
	if err != nil {
		return nil, err
	}
	return p.Company, nil
}

func (op *operator) ensureDirectory(ctx context.Context, c *ent.Company, name string) (*ent.Directory, error) {
	d, err := op.directory(ctx, c, name)
	if d != nil || err != nil {
		return d, err
	}
	p, err := op.operations.CreateDirectory(ctx, model.CreateDirectoryInput{CompanyID: &c.ID, Name: name})
	if err != nil {
		return nil, err
	}
	return p.Directory, nil
}

// ensureKey makes a key unless one of that name works already.
func (op *operator) ensureKey(ctx context.Context, c *ent.Company, in model.CreateKeyInput) (*setupKey, error) {
	found, err := op.working(ctx, keyPlace(c, in.DirectoryID), key.Name(in.Name))
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		k := found[0]
		return &setupKey{ID: k.ID, Name: k.Name, Issuer: k.Issuer}, nil
	}
	p, err := op.operations.CreateKey(ctx, in)
	if err != nil {
		return nil, err
	}
	return &setupKey{ID: p.Key.ID, Name: p.Key.Name, Issuer: p.Key.Issuer, AccessToken: *p.AccessToken}, nil
}

// ensureOAuthClient makes an OAuth client of the key's name, unless one works
// already: some identity providers take that in place of a key.
func (op *operator) ensureOAuthClient(ctx context.Context, d *ent.Directory, k *setupKey) error {
	c, err := op.client.OAuthClient.Query().
		Where(oauthclient.CompanyID(d.CompanyID), oauthclient.DirectoryID(d.ID), oauthclient.Name(k.Name), oauthclient.RevokedAtIsNil()).
		Order(ent.Desc(oauthclient.FieldID)).First(ctx)
	if ent.IsNotFound(err) {
		p, err := op.operations.CreateOAuthClient(ctx, model.CreateOAuthClientInput{
			DirectoryID: d.ID, Name: k.Name, TokenLifetimeSeconds: oauthclient.DefaultTokenLifetime, WithSecret: true,
		})
		if err != nil {
			return err
		}
		c, k.ClientSecret = p.Client, *p.ClientSecret
	} else if err != nil {
		return err
	}
	k.ClientID = c.ID.String()
	k.tokenURL, err = op.resolver.OAuthClient().TokenEndpoint(ctx, c)
	return err
}

func (r *setupResult) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "Company\t%s\t%s\n", r.Company.ShortName, r.Company.ID)
	if r.Directory != nil {
		fmt.Fprintf(t, "Directory\t%s\t%s\n", r.Directory.Name, r.Directory.ID)
		fmt.Fprintf(t, "  tenant URL\t%s\n", r.Directory.SCIMURL)
	}
	r.Key.print(t, "Key")
	r.APIKey.print(t, "API key")
	return t.Flush()
}

func (k *setupKey) print(w io.Writer, what string) {
	if k == nil {
		return
	}
	fmt.Fprintf(w, "%s\t%s\t%s\n", what, k.Name, k.ID)
	if k.AccessToken == "" {
		fmt.Fprintf(w, "  access token\tshown when the key was made; for a new one: feddir key rotate --key %s\n", k.ID)
	} else {
		fmt.Fprintf(w, "  access token\t%s\n", k.AccessToken)
	}
	if k.ClientID == "" {
		return
	}
	fmt.Fprintf(w, "  or by OAuth 2.0:\t\n  token endpoint\t%s\n  client id\t%s\n", k.tokenURL, k.ClientID)
	if k.ClientSecret == "" {
		fmt.Fprintf(w, "  client secret\tshown when the client was made; for a new one: feddir client rotate --client %s\n", k.ClientID)
		return
	}
	fmt.Fprintf(w, "  client secret\t%s\n", k.ClientSecret)
}
