package tables

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/requestlog"
)

// loaders read what fields lead to.
type loaders struct {
	companies      *load.Loader[uuid.UUID, *ent.Company]
	directories    *load.Loader[uuid.UUID, *ent.Directory]
	users          *load.Loader[resourceKey, *ent.User]
	groups         *load.Loader[resourceKey, *ent.Group]
	keys           *load.Loader[uuid.UUID, *ent.Key]
	oauthClients   *load.Loader[uuid.UUID, *ent.OAuthClient]
	requestChanges *load.Loader[requestlog.Key, []*ent.Change]
}

// readFrom makes l the loaders that read from tables.
func (l *loaders) readFrom(t *Set) {
	l.companies = byID(t.Companies, CompanyOwner)
	l.directories = byID(t.Directories, DirectoryOwner)
	l.keys = byID(t.Keys, KeyOwner)
	l.oauthClients = byID(t.OAuthClients, OAuthClientOwner)
	l.users = byDirectoryAndID(t.Users, UserOwner)
	l.groups = byDirectoryAndID(t.Groups, GroupOwner)
	l.requestChanges = load.New(func(ctx context.Context, requests []requestlog.Key) (map[requestlog.Key][]*ent.Change, error) {
		return requestlog.ReadChanges(ctx, t.Changes, requests)
	})
}

// byID reads rows by their ids.
func byID[T any](t list.Table[T], owner func(T) load.Owner) *load.Loader[uuid.UUID, T] {
	return load.New(func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]T, error) {
		found, err := t.Query(ctx, []list.Predicate{sql.FieldIn("id", ids...)}).All(ctx)
		return by(found, t.ID), err
	}).Leading(owner, t.Prime)
}

// resourceKey names a user or group to its loader.
type resourceKey struct{ directory, id uuid.UUID }

// byDirectoryAndID reads rows by their directories and ids.
func byDirectoryAndID[T any](t list.Table[T], owner func(T) load.Owner) *load.Loader[resourceKey, T] {
	return load.New(func(ctx context.Context, keys []resourceKey) (map[resourceKey]T, error) {
		directories, ids := parts(keys)
		found, err := t.Query(ctx, []list.Predicate{sql.FieldIn("directory_id", directories...), sql.FieldIn("id", ids...)}).All(ctx)
		return by(found, func(row T) resourceKey { return resourceKey{owner(row).Directory, owner(row).ID} }), err
	}).Leading(owner, t.Prime)
}

// parts returns the directories of the keys, each once, and the ids.
func parts(keys []resourceKey) (directories, ids []uuid.UUID) {
	seen := make(map[uuid.UUID]bool)
	for _, k := range keys {
		if !seen[k.directory] {
			seen[k.directory] = true
			directories = append(directories, k.directory)
		}
		ids = append(ids, k.id)
	}
	return directories, ids
}

// by indexes rows by their key.
func by[K comparable, T any](rows []T, key func(T) K) map[K]T {
	m := make(map[K]T, len(rows))
	for _, row := range rows {
		m[key(row)] = row
	}
	return m
}
