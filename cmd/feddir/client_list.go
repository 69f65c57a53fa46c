package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/model"
)

const clientListUsage = `client list [flags]

Lists the OAuth clients of a company; with --directory only those of that
directory. Each secret is listed with its id, for feddir key revoke.

Examples:
  feddir client list
  feddir client list --company harbor --directory People --json`

// listedClient is a client as list prints it.
type listedClient struct {
	ID          uuid.UUID              `json:"clientId"`
	DirectoryID uuid.UUID              `json:"directoryId"`
	Name        string                 `json:"name"`
	Description string                 `json:"description,omitempty"`
	Secrets     []listedKey            `json:"secrets"` // that work
	OwnKeys     bool                   `json:"ownKeys"`
	Federation  *model.OAuthFederation `json:"federation,omitempty"`
	CreatedAt   time.Time              `json:"createdAt"`
	LastTokenAt *time.Time             `json:"lastTokenAt,omitempty"`
	RevokedAt   *time.Time             `json:"revokedAt,omitempty"`
}

func (op *operator) listClient(ctx context.Context, c *ent.OAuthClient) (listedClient, error) {
	row := listedClient{
		ID: c.ID, DirectoryID: c.DirectoryID, Name: c.Name, Description: c.Description, Secrets: []listedKey{},
		OwnKeys: c.Jwks != "", CreatedAt: c.CreatedAt, LastTokenAt: c.LastTokenAt, RevokedAt: c.RevokedAt,
	}
	secrets, err := op.resolver.OAuthClient().Secrets(ctx, c)
	if err != nil {
		return row, err
	}
	for i := range secrets {
		state, err := op.resolver.Key().State(ctx, &secrets[i])
		if err != nil {
			return row, err
		}
		row.Secrets = append(row.Secrets, listed(&secrets[i], state))
	}
	row.Federation, err = op.resolver.OAuthClient().Federation(ctx, c)
	return row, err
}

func clientList(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	f := newClientCommand("list", clientListUsage, getenv, stdout)
	if err := f.Parse(args, 0); err != nil {
		return err
	}
	var all []listedClient
	err := f.do(ctx, func(ctx context.Context, op *operator, c *ent.Company, directoryID *uuid.UUID) error {
		found, err := op.clients(c, directoryID).All(ctx)
		if err != nil {
			return err
		}
		all = make([]listedClient, len(found))
		for i, row := range found {
			if all[i], err = op.listClient(ctx, row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if *f.json {
		return command.PrintJSON(stdout, all)
	}
	t := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "CLIENT ID\tNAME\tSTATE\tLAST TOKEN\tPROVES ITSELF BY")
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", c.ID, c.Name, c.state(), moment(c.LastTokenAt), cmp.Or(c.ways(), "-"))
	}
	return t.Flush()
}

func (c listedClient) state() model.KeyState {
	if c.RevokedAt != nil {
		return model.KeyStateRevoked
	}
	return model.KeyStateActive
}

// ways are how a client can prove who it is.
func (c listedClient) ways() string {
	var ways []string
	for _, s := range c.Secrets {
		ways = append(ways, fmt.Sprintf("secret %s (until %s)", s.ID, moment(s.ExpiresAt)))
	}
	if c.OwnKeys {
		ways = append(ways, "its own keys")
	}
	if c.Federation != nil {
		ways = append(ways, "JWTs of "+c.Federation.Issuer)
	}
	return strings.Join(ways, ", ")
}
