package graph

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
	users          *load.Loader[inDirectoryKey, *ent.User]
	groups         *load.Loader[inDirectoryKey, *ent.Group]
	keys           *load.Loader[uuid.UUID, *ent.Key]
	oauthClients   *load.Loader[uuid.UUID, *ent.OAuthClient]
	requestChanges *load.Loader[requestlog.Key, []*ent.Change]
}

// readFrom makes l the loaders that read from tables.
func (l *loaders) readFrom(t *tables) {
	l.companies = byID(t.companies, companyOwner)
	l.directories = byID(t.directories, directoryOwner)
	l.keys = byID(t.keys, keyOwner)
	l.oauthClients = byID(t.oauthClients, clientOwner)
	l.users = byDirectoryAndID(t.users, userOwner)
	l.groups = byDirectoryAndID(t.groups, groupOwner)
	l.requestChanges = load.New(func(ctx context.Context, requests []requestlog.Key) (map[requestlog.Key][]*ent.Change, error) {
		return requestlog.ReadChanges(ctx, t.changes, requests)
	})
}

// byID reads rows by their ids.
func byID[T any](t list.Table[T], owner func(T) load.Owner) *load.Loader[uuid.UUID, T] {
	return load.New(func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]T, error) {
		found, err := t.Query(ctx, []list.Predicate{sql.FieldIn("id", ids...)}).All(ctx)
		return by(found, t.ID), err
	}).Leading(owner, t.Prime)
}

// inDirectoryKey is the id of something in a directory.
type inDirectoryKey struct{ directory, id uuid.UUID }

// byDirectoryAndID reads rows by their directories and ids.
func byDirectoryAndID[T any](t list.Table[T], owner func(T) load.Owner) *load.Loader[inDirectoryKey, T] {
	return load.New(func(ctx context.Context, keys []inDirectoryKey) (map[inDirectoryKey]T, error) {
		directories, ids := parts(keys)
		found, err := t.Query(ctx, []list.Predicate{sql.FieldIn("directory_id", directories...), sql.FieldIn("id", ids...)}).All(ctx)
		return by(found, func(row T) inDirectoryKey { return inDirectoryKey{owner(row).Directory, owner(row).ID} }), err
	}).Leading(owner, t.Prime)
}

// parts returns the directories of the keys, each once, and the ids.
func parts(keys []inDirectoryKey) (directories, ids []uuid.UUID) {
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

func companyOwner(c *ent.Company) load.Owner { return load.Owner{Company: c.ID, ID: c.ID} }

func directoryOwner(d *ent.Directory) load.Owner {
	return load.Owner{Company: d.CompanyID, Directory: d.ID, ID: d.ID}
}

func userOwner(u *ent.User) load.Owner {
	return load.Owner{Company: u.CompanyID, Directory: u.DirectoryID, ID: u.ID}
}

func groupOwner(g *ent.Group) load.Owner {
	return load.Owner{Company: g.CompanyID, Directory: g.DirectoryID, ID: g.ID}
}

func keyOwner(k *ent.Key) load.Owner { return load.Owner{Company: k.CompanyID, ID: k.ID} }

func clientOwner(c *ent.OAuthClient) load.Owner {
	return load.Owner{Company: c.CompanyID, Directory: c.DirectoryID, ID: c.ID}
}
