package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/graph/model"
)

const keyRotateUsage = `key rotate --key KEY [flags]

Replaces a key by a new one with the same permissions and prints its access token
once; it is not stored. The old key keeps working for the overlap, so that the
new token can be installed.

Examples:
  feddir key rotate --company harbor --directory People --key "Entra ID" --overlap 72h
  feddir key rotate --key 01a205eb-dddf-74ed-b503-4bb5a14e497b --overlap 0s`

func keyRotate(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	k := newKeyCommand("rotate", keyRotateUsage, getenv, stdout)
	which := k.String("key", "", "name or id of the `key`")
	overlap := k.Duration("overlap", 24*time.Hour, "`time` for which the old key keeps working, at most 168h")
	expires := expiry(k.Command)
	if err := k.Parse(args, 0); err != nil {
		return err
	}
	at, err := expires()
	if err != nil {
		return err
	}
	var p *model.RotateKeyPayload
	err = k.findKey(ctx, *which, func(ctx context.Context, op *operator, id uuid.UUID) (err error) {
		p, err = op.operations.RotateKey(ctx, model.RotateKeyInput{ID: id, OverlapSeconds: int(overlap.Seconds()), ExpiresAt: at})
		return err
	})
	if err != nil {
		return err
	}
	return printMade(stdout, p.Key, *p.AccessToken, *k.json)
}

const keyRevokeUsage = `key revoke --key KEY [flags]

Revokes a key for good. Revoking it again changes nothing. If the key it replaced
still works, the command says so; revoke that one too if needed.

Examples:
  feddir key revoke --company harbor --directory People --key "Entra ID"
  feddir key revoke --key 01a205eb-dddf-74ed-b503-4bb5a14e497b`

func keyRevoke(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	k := newKeyCommand("revoke", keyRevokeUsage, getenv, stdout)
	which := k.String("key", "", "name or id of the `key`")
	if err := k.Parse(args, 0); err != nil {
		return err
	}
	var p *model.RevokeKeyPayload
	var left []*ent.Key // that it was to replace
	err := k.findKey(ctx, *which, func(ctx context.Context, op *operator, id uuid.UUID) (err error) {
		if p, err = op.operations.RevokeKey(ctx, model.RevokeKeyInput{ID: id}); err != nil {
			return err
		}
		left, err = op.working(ctx, key.CompanyID(p.Key.CompanyID), key.SuccessorID(id))
		return err
	})
	if err != nil {
		return err
	}
	if *k.json {
		return command.PrintJSON(stdout, listed(p.Key, model.KeyStateRevoked))
	}
	fmt.Fprintf(stdout, "Key %s (%s) is revoked.\n", p.Key.Name, p.Key.ID)
	for _, old := range left {
		fmt.Fprintf(stdout, "The key that it replaced still works until %s; to end it: feddir key revoke --key %s\n", moment(old.ExpiresAt), old.ID)
	}
	return nil
}
