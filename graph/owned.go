package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/internal/apierror"
)

// What companies, directories and keys have in common.

// required replaces "not found" by an error that says what was not.
func required[T any](missing *apierror.Error, found T, err error) (T, error) {
	if ent.IsNotFound(err) {
		return found, missing
	}
	return found, err
}

// one fails unless a write met the one row whose version was read.
func one(rows int, err error) error {
	if err == nil && rows != 1 {
		return errVersion
	}
	return err
}

// keysChanged tells, once the transaction has committed, that what keys may do
// has changed: see [Config].
func (r *Resolver) keysChanged(ctx context.Context, id uuid.UUID) {
	if r.cfg.OnKeyChange != nil {
		entdb.OnCommit(ctx, func() { r.cfg.OnKeyChange(id) })
	}
}
