package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
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

// assignTo sets the field when o was given; null empties it.
func assignTo[T any](field *T, o graphql.Omittable[*T]) {
	v, ok := o.ValueOK()
	if !ok {
		return
	}
	var empty T
	*field = empty
	if v != nil {
		*field = *v
	}
}

// difference returns in what before and after differ. It fails when after
// cannot be stored.
func difference(before, after attributes) (was, is attributes, err error) {
	return before.without(after), after.without(before), after.storable()
}

// storable fails for text that PostgreSQL cannot hold.
func (a attributes) storable() error {
	for name, value := range a {
		if text, ok := value.(string); ok && !storableText(text) {
			return apierror.Errorf(apierror.Invalid, name, "%s holds a character that cannot be stored", name)
		}
	}
	return nil
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
