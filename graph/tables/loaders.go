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

// Loaders read what fields lead to.
type Loaders struct {
	Companies      *load.Loader[uuid.UUID, *ent.Company]
	Directories    *load.Loader[uuid.UUID, *ent.Directory]
	Users          *load.Loader[ResourceKey, *ent.User]
	Groups         *load.Loader[ResourceKey, *ent.Group]
	Keys           *load.Loader[uuid.UUID, *ent.Key]
	OAuthClients   *load.Loader[uuid.UUID, *ent.OAuthClient]
	RequestChanges *load.Loader[requestlog.Key, []*ent.Change]
}

// readFrom makes l the loaders that read from tables.
func (l *Loaders) readFrom(t *Set) {
	l.Companies = byID(t.Companies, CompanyOwner)
	l.Directories = byID(t.Directories, DirectoryOwner)
	l.Keys = byID(t.Keys, KeyOwner)
	l.OAuthClients = byID(t.OAuthClients, OAuthClientOwner)
	l.Users = byDirectoryAndID(t.Users, UserOwner)
	l.Groups = byDirectoryAndID(t.Groups, GroupOwner)
	l.RequestChanges = load.New(func(ctx context.Context, requests []requestlog.Key) (map[requestlog.Key][]*ent.Change, error) {
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

// ResourceKey names a user or group to its loader.
type ResourceKey struct{ Directory, ID uuid.UUID }

// byDirectoryAndID reads rows by their directories and ids.
func byDirectoryAndID[T any](t list.Table[T], owner func(T) load.Owner) *load.Loader[ResourceKey, T] {
	return load.New(func(ctx context.Context, keys []ResourceKey) (map[ResourceKey]T, error) {
		directories, ids := parts(keys)
		found, err := t.Query(ctx, []list.Predicate{sql.FieldIn("directory_id", directories...), sql.FieldIn("id", ids...)}).All(ctx)
		return by(found, func(row T) ResourceKey { return ResourceKey{owner(row).Directory, owner(row).ID} }), err
	}).Leading(owner, t.Prime)
}

// parts returns the directories of the keys, each once, and the ids.
func parts(keys []ResourceKey) (directories, ids []uuid.UUID) {
	seen := make(map[uuid.UUID]bool)
	for _, k := range keys {
		if !seen[k.Directory] {
			seen[k.Directory] = true
			directories = append(directories, k.Directory)
		}
		ids = append(ids, k.ID)
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
