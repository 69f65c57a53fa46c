package main

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/auth"
)

const clientUsage = `Usage: feddir client create | list | rotate | revoke [flags]

An OAuth 2.0 client is an identity provider that gets short-lived access tokens
for the SCIM of one directory, in place of a key that works until it is revoked.
It authenticates with a client secret, with JWTs that it signs itself, or with JWTs
of an issuer that it trusts (workload identity federation).

  feddir client create   create a client
  feddir client list     list clients, and when each last got an access token
  feddir client rotate   create a new client secret; both work until the overlap ends
  feddir client revoke   revoke a client and its access tokens

feddir client COMMAND --help explains each command. Changes take effect in running
servers within a second.
`

var clientActions = actions{
	"client", "OAuth clients", "create, list, rotate or revoke", clientUsage,
	map[string]action{"create": clientCreate, "list": clientList, "rotate": clientRotate, "revoke": clientRevoke},
}

func newClientCommand(name, usage string, getenv func(string) string, stdout io.Writer) *companyFlags {
	return newCompanyCommand("client "+name, usage, "`name` of the directory", getenv, stdout)
}

// findClient runs then on the client that is meant: by its id, or by the name of
// a client that works.
func (c *companyFlags) findClient(ctx context.Context, meant string, then func(ctx context.Context, op *operator, client *ent.OAuthClient) error) error {
	if meant == "" {
		return command.Wrongf("--client is missing: the client's name or id, as feddir client list has it")
	}
	if id := schematype.ParseID(meant, schematype.TypeOAuthClient); id != uuid.Nil {
		return c.where.operate(ctx, func(ctx context.Context, op *operator) error {
			client, err := op.resolver.Query().OauthClient(ctx, id)
			if err == nil && client == nil {
				err = fmt.Errorf("there is no OAuth client %s; see feddir client list", id)
			}
			if err != nil {
				return err
			}
			return then(ctx, op, client)
		})
	}
	return c.do(ctx, func(ctx context.Context, op *operator, company *ent.Company, directoryID *uuid.UUID) error {
		found, err := op.clients(company, directoryID).
			Where(oauthclient.Name(meant), oauthclient.RevokedAtIsNil()).All(ctx)
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return fmt.Errorf("no OAuth client with the name %q works there; see feddir client list", meant)
		case len(found) > 1:
			return fmt.Errorf("%d OAuth clients have the name %q; name one by its id, as feddir client list has it", len(found), meant)
		}
		return then(ctx, op, found[0])
	})
}

// clients are the OAuth clients of a company, or those of one directory.
func (op *operator) clients(c *ent.Company, directoryID *uuid.UUID) *ent.OAuthClientQuery {
	query := op.client.OAuthClient.Query().Where(oauthclient.CompanyID(c.ID), auth.NotDeleted).Order(ent.Asc(oauthclient.FieldID))
	if directoryID != nil {
		query.Where(oauthclient.DirectoryID(*directoryID))
	}
	return query
}
