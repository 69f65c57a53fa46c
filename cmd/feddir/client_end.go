package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/model"
)

const clientRotateUsage = `client rotate --client CLIENT [flags]

Creates a new secret of an OAuth client and prints it once; it is not stored. The
old secret keeps working for the overlap, so that the new one can be installed;
access tokens issued for it stay valid.

Examples:
  feddir client rotate --directory People --client "Entra ID" --overlap 72h
  feddir client rotate --client 01a205eb-dddf-7a0d-b508-4bb5a14e497b`

func clientRotate(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	f := newClientCommand("rotate", clientRotateUsage, getenv, stdout)
	which := f.String("client", "", "name or id of the `client`")
	overlap := f.Duration("overlap", 24*time.Hour, "`time` for which the old secret keeps working, at most 168h")
	expires := secretExpiry(f.Command)
	if err := f.Parse(args, 0); err != nil {
		return err
	}
	at, err := expires()
	if err != nil {
		return err
	}
	var m madeClient
	err = f.findClient(ctx, *which, func(ctx context.Context, op *operator, c *ent.OAuthClient) error {
		secret, err := op.newSecret(ctx, c, *overlap, at)
		if err != nil {
			return err
		}
		m, err = op.madeClient(ctx, c)
		m.ClientSecret = secret
		return err
	})
	if err != nil {
		return err
	}
	return m.print(stdout, *f.json)
}

// newSecret makes a secret in the place of the one that works, if one does.
func (op *operator) newSecret(ctx context.Context, c *ent.OAuthClient, overlap time.Duration, expiresAt *time.Time) (string, error) {
	secrets, err := op.resolver.OAuthClient().Secrets(ctx, c)
	if err != nil {
		return "", err
	}
	switch len(secrets) {
	case 0:
		p, err := op.operations.CreateOAuthClientSecret(ctx, model.CreateOAuthClientSecretInput{ClientID: c.ID, ExpiresAt: expiresAt})
		if err != nil {
			return "", err
		}
		return *p.ClientSecret, nil
	case 1:
		p, err := op.operations.RotateKey(ctx, model.RotateKeyInput{ID: secrets[0].ID, OverlapSeconds: int(overlap.Seconds()), ExpiresAt: expiresAt})
		if err != nil {
			return "", err
		}
		return *p.AccessToken, nil
	}
	return "", fmt.Errorf("two secrets of the client work already; end one of them first: feddir key revoke --key %s", secrets[1].ID)
}

const clientRevokeUsage = `client revoke --client CLIENT [flags]

Revokes an OAuth client for good, with its secrets and access tokens. Revoking it
again changes nothing. To revoke a single secret and the access tokens issued for
it, use feddir key revoke.

Examples:
  feddir client revoke --directory People --client "Entra ID"
  feddir client revoke --client 01a205eb-dddf-7a0d-b508-4bb5a14e497b`

func clientRevoke(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	f := newClientCommand("revoke", clientRevokeUsage, getenv, stdout)
	which := f.String("client", "", "name or id of the `client`")
	if err := f.Parse(args, 0); err != nil {
		return err
	}
	var row listedClient
	err := f.findClient(ctx, *which, func(ctx context.Context, op *operator, c *ent.OAuthClient) error {
		p, err := op.operations.RevokeOAuthClient(ctx, model.RevokeOAuthClientInput{ID: c.ID})
		if err != nil {
			return err
		}
		row, err = op.listClient(ctx, p.Client)
		return err
	})
	if err != nil {
		return err
	}
	if *f.json {
		return command.PrintJSON(stdout, row)
	}
	_, err = fmt.Fprintf(stdout, "OAuth client %s (%s) is revoked.\n", row.Name, row.ID)
	return err
}
