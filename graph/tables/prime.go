package tables

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/requestlog"
)

// Rows that one field of the document gave are primed: what they are, and what
// they lead to.

func (l *loaders) primeCompanies(ctx context.Context, rows []*ent.Company) {
	load.Prime(ctx, collect(rows, CompanyOwner))
}

func (l *loaders) primeDirectories(ctx context.Context, rows []*ent.Directory) {
	load.Prime(ctx, collect(rows, DirectoryOwner))
	l.companies.Prime(ctx, "company", collect(rows, func(d *ent.Directory) uuid.UUID { return d.CompanyID }))
}

func (l *loaders) primeUsers(ctx context.Context, rows []*ent.User) {
	load.Prime(ctx, collect(rows, UserOwner))
	l.directories.Prime(ctx, "directory", collect(rows, func(u *ent.User) uuid.UUID { return u.DirectoryID }))
	var managers []resourceKey
	for _, u := range rows {
		if u.Manager != nil {
			managers = append(managers, resourceKey{u.DirectoryID, ManagerID(u)})
		}
	}
	l.users.Prime(ctx, "manager", managers)
}

// ManagerID returns the id of the manager of a user who has one.
func ManagerID(u *ent.User) uuid.UUID { return schematype.ParseID(*u.Manager, schematype.TypeUser) }

func (l *loaders) primeGroups(ctx context.Context, rows []*ent.Group) {
	load.Prime(ctx, collect(rows, GroupOwner))
	l.directories.Prime(ctx, "directory", collect(rows, func(g *ent.Group) uuid.UUID { return g.DirectoryID }))
}

func (l *loaders) primeMemberships(ctx context.Context, rows []*ent.Membership) {
	l.groups.Prime(ctx, "group", collect(rows, func(m *ent.Membership) resourceKey { return resourceKey{m.DirectoryID, m.GroupID} }))
	l.primePeople(ctx, "member", collect(rows, func(m *ent.Membership) resourceKey { return resourceKey{m.DirectoryID, m.MemberID} }))
}

// primePeople primes users and groups that a field leads to.
func (l *loaders) primePeople(ctx context.Context, by string, keys []resourceKey) {
	var users, groups []resourceKey
	for _, k := range keys {
		if schematype.TypeOf(k.id) == schematype.TypeGroup {
			groups = append(groups, k)
		} else {
			users = append(users, k)
		}
	}
	l.users.Prime(ctx, by, users)
	l.groups.Prime(ctx, by, groups)
}

func (l *loaders) primeKeys(ctx context.Context, rows []*ent.Key) {
	var directories, clients, successors, authors []uuid.UUID
	for _, k := range rows {
		directories = appendPresent(directories, k.DirectoryID)
		clients = appendPresent(clients, k.ClientID)
		successors = appendPresent(successors, k.SuccessorID)
		authors = appendPresent(authors, k.CreatedByKey)
	}
	load.Prime(ctx, collect(rows, KeyOwner))
	l.directories.Prime(ctx, "directory", directories)
	l.oauthClients.Prime(ctx, "client", clients)
	l.keys.Prime(ctx, "successor", successors)
	l.keys.Prime(ctx, "createdBy", authors)
}

func (l *loaders) primeOAuthClients(ctx context.Context, rows []*ent.OAuthClient) {
	load.Prime(ctx, collect(rows, OAuthClientOwner))
	l.directories.Prime(ctx, "directory", collect(rows, func(c *ent.OAuthClient) uuid.UUID { return c.DirectoryID }))
}

func (l *loaders) primeRecords(ctx context.Context, rows []*ent.RequestRecord) {
	var targets []resourceKey
	var requests []requestlog.Key
	var keys []uuid.UUID
	for _, rec := range rows {
		keys = appendPresent(keys, rec.KeyID)
		if rec.TargetID != nil {
			targets = append(targets, resourceKey{rec.DirectoryID, *rec.TargetID})
		}
		if k, ok := requestlog.KeyOf(rec); ok {
			requests = append(requests, k)
		}
	}
	l.primePeople(ctx, "target", targets)
	l.keys.Prime(ctx, "key", keys)
	l.directories.Prime(ctx, "directory", collect(rows, func(rec *ent.RequestRecord) uuid.UUID { return rec.DirectoryID }))
	l.requestChanges.Prime(ctx, "changes", requests)
}

func (l *loaders) primeChanges(ctx context.Context, rows []*ent.Change) {
	var people []resourceKey
	var keys, directories []uuid.UUID
	others := make(map[change.ResourceType][]uuid.UUID)
	for _, c := range rows {
		keys, directories = appendPresent(keys, c.KeyID), appendPresent(directories, c.DirectoryID)
		switch c.ResourceType {
		case change.ResourceTypeUSER, change.ResourceTypeGROUP:
			if c.DirectoryID != nil {
				people = append(people, resourceKey{*c.DirectoryID, c.ResourceID})
			}
		default:
			others[c.ResourceType] = append(others[c.ResourceType], c.ResourceID)
		}
	}
	l.primePeople(ctx, "resource", people)
	l.keys.Prime(ctx, "key", keys)
	l.directories.Prime(ctx, "directory", directories)
	l.companies.Prime(ctx, "resource", others[change.ResourceTypeCOMPANY])
	l.directories.Prime(ctx, "resource", others[change.ResourceTypeDIRECTORY])
	l.keys.Prime(ctx, "resource", others[change.ResourceTypeKEY])
	l.oauthClients.Prime(ctx, "resource", others[change.ResourceTypeOAUTH_CLIENT])
}

// collect returns what of gives for each row.
func collect[T, V any](rows []T, of func(T) V) []V {
	all := make([]V, len(rows))
	for i, row := range rows {
		all[i] = of(row)
	}
	return all
}

// appendPresent appends an id where there is one.
func appendPresent(ids []uuid.UUID, id *uuid.UUID) []uuid.UUID {
	if id == nil {
		return ids
	}
	return append(ids, *id)
}
