package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/auth"
)

const keyUsage = `Usage: feddir key create | list | rotate | revoke [flags]

A key opens an API: a directory key opens SCIM for identity providers, an API
key opens GraphQL for a company. Its access token is shown once.

  feddir key create   create a key
  feddir key list     list keys, and when each was last used
  feddir key rotate   replace a key by a new one; both work until the overlap ends
  feddir key revoke   revoke a key

feddir key COMMAND --help explains each command. Changes take effect in running
servers within a second.
`

var keyActions = actions{
	"key", "keys", "create, list, rotate or revoke", keyUsage,
	map[string]action{"create": keyCreate, "list": keyList, "rotate": keyRotate, "revoke": keyRevoke},
}

func newKeyCommand(name, usage string, getenv func(string) string, stdout io.Writer) *companyFlags {
	return newCompanyCommand("key "+name, usage, "`name` of the directory; left out for API keys", getenv, stdout)
}

// findKey runs then on the key that is meant: by its id, or by the name of a key
// that works.
func (c *companyFlags) findKey(ctx context.Context, meant string, then func(ctx context.Context, op *operator, id uuid.UUID) error) error {
	if meant == "" {
		return command.Wrongf("--key is missing: the key's name or id, as feddir key list has it")
	}
	if id := schematype.ParseID(meant, schematype.TypeKey); id != uuid.Nil {
		return c.where.operate(ctx, func(ctx context.Context, op *operator) error { return then(ctx, op, id) })
	}
	return c.do(ctx, func(ctx context.Context, op *operator, owner *ent.Company, directoryID *uuid.UUID) error {
		found, err := op.working(ctx, keyPlace(owner, directoryID), key.Name(meant), key.SuccessorIDIsNil())
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return fmt.Errorf("no key with the name %q works there; see feddir key list (a directory's key needs --directory)", meant)
		case len(found) > 1:
			return fmt.Errorf("%d keys have the name %q; name one by its id, as feddir key list has it", len(found), meant)
		}
		return then(ctx, op, found[0].ID)
	})
}

// keyPlace narrows to the API keys of a company, or to the keys of a directory
// of it. Client secrets have the names of their clients, and are named by id.
func keyPlace(c *ent.Company, directoryID *uuid.UUID) predicate.Key {
	if directoryID == nil {
		return key.And(key.CompanyID(c.ID), key.KindEQ(key.KindAPI))
	}
	return key.And(key.CompanyID(c.ID), key.KindEQ(key.KindDIRECTORY), key.DirectoryID(*directoryID))
}

// working returns the keys that work, the newest first.
func (op *operator) working(ctx context.Context, where ...predicate.Key) ([]*ent.Key, error) {
	return op.client.Key.Query().
		Where(where...).
		Where(auth.Works(schematype.Now())).
		Order(ent.Desc(key.FieldID)).
		All(ctx)
}

func parseScopes(list string) ([]viewer.Scope, error) {
	var scopes []viewer.Scope
	for name := range strings.SplitSeq(list, ",") {
		s := viewer.Scope(strings.ToLower(strings.TrimSpace(name)))
		if !slices.Contains(viewer.Scopes, s) {
			return nil, command.Wrongf("--scopes: there is no scope %q; there are %s", s, joinScopes(viewer.Scopes))
		}
		scopes = append(scopes, s)
	}
	return scopes, nil
}

func joinScopes(scopes []viewer.Scope) string {
	var b strings.Builder
	for i, s := range scopes {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(s))
	}
	return b.String()
}

// expiry is the flag --expires-in of new keys.
func expiry(c *command.Command) func() (*time.Time, error) {
	return endIn(c, "expires-in", "`time` after which the new key expires, such as 8760h (default never)")
}

// secretExpiry is the flag --secret-expires-in of new client secrets.
func secretExpiry(c *command.Command) func() (*time.Time, error) {
	return endIn(c, "secret-expires-in", "`time` after which the secret expires, from one year (8784h) to three (default two years)")
}

// endIn is a flag that sets when something ends; nil where it is left out.
func endIn(c *command.Command, name, text string) func() (*time.Time, error) {
	in := c.Duration(name, 0, text)
	return func() (*time.Time, error) {
		switch {
		case *in < 0:
			return nil, command.Wrongf("--%s must not be negative", name)
		case *in == 0:
			return nil, nil
		}
		at := schematype.Now().Add(*in)
		return &at, nil
	}
}

const keyCreateUsage = `key create --name NAME [flags]

Creates a key and prints its access token once; it is not stored. With
--directory the key opens SCIM for that directory, without it GraphQL for the
company.

Examples:
  feddir key create --company harbor --directory People --name "Entra ID"
  feddir key create --company harbor --name Intranet --scopes read --expires-in 8760h
  feddir key create --company harbor --name Phonebook --origin https://people.example.com`

func keyCreate(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	k := newKeyCommand("create", keyCreateUsage, getenv, stdout)
	var in model.CreateKeyInput
	k.StringVar(&in.Name, "name", "", "`name` of the key")
	description := k.String("description", "", "description `text` of the key")
	scopes := k.String("scopes", "", "`list` of what an API key may do: "+joinScopes(viewer.Scopes)+" (default read)")
	k.Func("origin", "web `origin` whose pages may use an API key, such as https://people.example.com; may be given several times", func(s string) error {
		in.Origins = append(in.Origins, s)
		return nil
	})
	k.BoolVar(&in.TrustedDocumentsOnly, "trusted-documents-only", false, "allow an API key only the documents listed by feddir serve --trusted-documents")
	expires := expiry(k.Command)
	err := k.Parse(args, 0)
	if err != nil {
		return err
	}
	if in.Name == "" {
		return command.Wrongf("--name is missing; see feddir key create --help")
	}
	if *scopes != "" {
		if in.Scopes, err = parseScopes(*scopes); err != nil {
			return err
		}
	}
	if in.ExpiresAt, err = expires(); err != nil {
		return err
	}
	in.Description = description
	var p *model.CreateKeyPayload
	err = k.do(ctx, func(ctx context.Context, op *operator, c *ent.Company, directoryID *uuid.UUID) (err error) {
		in.CompanyID, in.DirectoryID = &c.ID, directoryID
		p, err = op.operations.CreateKey(ctx, in)
		return err
	})
	if err != nil {
		return err
	}
	return printMade(stdout, p.Key, *p.AccessToken, *k.json)
}
