package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/auth"
)

const keyListUsage = `key list [flags]

Lists the API keys of a company, and the keys and client secrets of its
directories; with --directory only those of that directory.

Examples:
  feddir key list
  feddir key list --company harbor --json`

// listedKey is a key as list prints it.
type listedKey struct {
	ID              uuid.UUID      `json:"id"`
	Kind            key.Kind       `json:"kind"`
	DirectoryID     *uuid.UUID     `json:"directoryId,omitempty"`
	ClientID        *uuid.UUID     `json:"clientId,omitempty"` // of a client secret
	Name            string         `json:"name"`
	Description     string         `json:"description,omitempty"`
	Issuer          string         `json:"issuer,omitempty"`
	Prefix          string         `json:"prefix"`
	Scopes          []viewer.Scope `json:"scopes,omitempty"`
	Origins         []string       `json:"origins,omitempty"`
	TrustedOnly     bool           `json:"trustedDocumentsOnly,omitempty"`
	State           model.KeyState `json:"state"`
	CreatedAt       time.Time      `json:"createdAt"`
	ExpiresAt       *time.Time     `json:"expiresAt,omitempty"`
	LastUsedAt      *time.Time     `json:"lastUsedAt,omitempty"`
	LastUsedAddress string         `json:"lastUsedAddress,omitempty"`
	LastUsedAgent   string         `json:"lastUsedAgent,omitempty"`
}

func listed(k *ent.Key, state model.KeyState) listedKey {
	return listedKey{
		ID: k.ID, Kind: k.Kind, DirectoryID: k.DirectoryID, ClientID: k.ClientID, Name: k.Name, Description: k.Description,
		Issuer: k.Issuer, Prefix: k.Prefix, Scopes: k.Scopes,
		Origins: k.Origins, TrustedOnly: k.TrustedDocumentsOnly, State: state,
		CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt,
		LastUsedAt: k.LastUsedAt, LastUsedAddress: k.LastUsedAddress, LastUsedAgent: k.LastUsedAgent,
	}
}

func keyList(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	k := newKeyCommand("list", keyListUsage, getenv, stdout)
	if err := k.Parse(args, 0); err != nil {
		return err
	}
	var all []listedKey
	err := k.do(ctx, func(ctx context.Context, op *operator, c *ent.Company, directoryID *uuid.UUID) error {
		query := op.client.Key.Query().Where(key.CompanyID(c.ID), auth.NotDeleted).Order(ent.Asc(key.FieldID))
		if directoryID != nil {
			query.Where(key.DirectoryID(*directoryID))
		}
		found, err := query.All(ctx)
		if err != nil {
			return err
		}
		all = make([]listedKey, len(found))
		for i, row := range found {
			state, err := op.resolver.Key().State(ctx, row)
			if err != nil {
				return err
			}
			all[i] = listed(row, state)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if *k.json {
		return command.PrintJSON(stdout, all)
	}
	t := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tKIND\tNAME\tPREFIX\tSTATE\tEXPIRES\tLAST USED\tSCOPES")
	for _, row := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s…\t%s\t%s\t%s\t%s\n", row.ID, row.Kind, row.Name, row.Prefix, row.State,
			moment(row.ExpiresAt), moment(row.LastUsedAt), cmp.Or(joinScopes(row.Scopes), "-"))
	}
	return t.Flush()
}

func moment(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.UTC().Format(time.RFC3339)
}

// madeKey is a new key as create and rotate print it.
type madeKey struct {
	ID          uuid.UUID  `json:"id"`
	Name        string     `json:"name"`
	Issuer      string     `json:"issuer,omitempty"`
	ExpiresAt   *time.Time `json:"expiresAt,omitempty"`
	AccessToken string     `json:"accessToken,omitempty"`

	ClientID     *uuid.UUID `json:"clientId,omitempty"` // of a client secret, which it has in place of an access token
	ClientSecret string     `json:"clientSecret,omitempty"`
}

func printMade(w io.Writer, k *ent.Key, secret string, asJSON bool) error {
	made := madeKey{ID: k.ID, Name: k.Name, Issuer: k.Issuer, ExpiresAt: k.ExpiresAt, ClientID: k.ClientID}
	if k.ClientID == nil {
		made.AccessToken = secret
	} else {
		made.ClientSecret = secret
	}
	if asJSON {
		return command.PrintJSON(w, made)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "Key\t%s\t%s\n", k.Name, k.ID)
	if k.ClientID == nil {
		fmt.Fprintf(t, "  access token\t%s\n", secret)
	} else {
		fmt.Fprintf(t, "  client id\t%s\n  client secret\t%s\n", k.ClientID, secret)
	}
	fmt.Fprintf(t, "  expires\t%s\n", moment(k.ExpiresAt))
	return t.Flush()
}
