package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
)

// What rows that one field of the document gave are, and lead to.

func (r *Resolver) sawCompanies(ctx context.Context, rows []*ent.Company) {
	r.batchesOf(ctx).sawTogether(ctx, collect(rows, companyOwner))
}

func (r *Resolver) sawDirectories(ctx context.Context, rows []*ent.Directory) {
	b := r.batchesOf(ctx)
	b.sawTogether(ctx, collect(rows, directoryOwner))
	b.companies.announce(ctx, "company", collect(rows, func(d *ent.Directory) uuid.UUID { return d.CompanyID }))
}

func (r *Resolver) sawUsers(ctx context.Context, rows []*ent.User) {
	b := r.batchesOf(ctx)
	b.sawTogether(ctx, collect(rows, userOwner))
	b.directories.announce(ctx, "directory", collect(rows, func(u *ent.User) uuid.UUID { return u.DirectoryID }))
	var managers []inDirectoryKey
	for _, u := range rows {
		if u.Manager != nil {
			managers = append(managers, managerKey(u))
		}
	}
	b.users.announce(ctx, "manager", managers)
}

func managerKey(u *ent.User) inDirectoryKey {
	return inDirectoryKey{u.DirectoryID, schematype.ParseID(*u.Manager, schematype.TypeUser)}
}

func (r *Resolver) sawGroups(ctx context.Context, rows []*ent.Group) {
	b := r.batchesOf(ctx)
	b.sawTogether(ctx, collect(rows, groupOwner))
	b.directories.announce(ctx, "directory", collect(rows, func(g *ent.Group) uuid.UUID { return g.DirectoryID }))
}

func (r *Resolver) sawMemberships(ctx context.Context, rows []*ent.Membership) {
	b := r.batchesOf(ctx)
	b.groups.announce(ctx, "group", collect(rows, func(m *ent.Membership) inDirectoryKey { return inDirectoryKey{m.DirectoryID, m.GroupID} }))
	r.sawPeople(ctx, "member", collect(rows, func(m *ent.Membership) inDirectoryKey { return inDirectoryKey{m.DirectoryID, m.MemberID} }))
}

// sawPeople announces users and groups that a field leads to.
func (r *Resolver) sawPeople(ctx context.Context, by string, keys []inDirectoryKey) {
	var users, groups []inDirectoryKey
	for _, k := range keys {
		if schematype.TypeOf(k.id) == schematype.TypeGroup {
			groups = append(groups, k)
		} else {
			users = append(users, k)
		}
	}
	b := r.batchesOf(ctx)
	b.users.announce(ctx, by, users)
	b.groups.announce(ctx, by, groups)
}

func (r *Resolver) sawKeys(ctx context.Context, rows []*ent.Key) {
	var directories, clients, successors, authors []uuid.UUID
	for _, k := range rows {
		directories = appendGiven(directories, k.DirectoryID)
		clients = appendGiven(clients, k.ClientID)
		successors = appendGiven(successors, k.SuccessorID)
		authors = appendGiven(authors, k.CreatedByKey)
	}
	b := r.batchesOf(ctx)
	b.sawTogether(ctx, collect(rows, keyOwner))
	b.directories.announce(ctx, "directory", directories)
	b.clients.announce(ctx, "client", clients)
	b.keys.announce(ctx, "successor", successors)
	b.keys.announce(ctx, "createdBy", authors)
}

func (r *Resolver) sawOAuthClients(ctx context.Context, rows []*ent.OAuthClient) {
	b := r.batchesOf(ctx)
	b.sawTogether(ctx, collect(rows, clientOwner))
	b.directories.announce(ctx, "directory", collect(rows, func(c *ent.OAuthClient) uuid.UUID { return c.DirectoryID }))
}

func (r *Resolver) sawRecords(ctx context.Context, rows []*ent.RequestRecord) {
	var targets []inDirectoryKey
	var requests []requestKey
	var keys []uuid.UUID
	for _, rec := range rows {
		keys = appendGiven(keys, rec.KeyID)
		if rec.TargetID != nil {
			targets = append(targets, inDirectoryKey{rec.DirectoryID, *rec.TargetID})
		}
		if k, ok := requestKeyOf(rec); ok {
			requests = append(requests, k)
		}
	}
	r.sawPeople(ctx, "target", targets)
	b := r.batchesOf(ctx)
	b.keys.announce(ctx, "key", keys)
	b.directories.announce(ctx, "directory", collect(rows, func(rec *ent.RequestRecord) uuid.UUID { return rec.DirectoryID }))
	b.made.announce(ctx, "changes", requests)
}

func (r *Resolver) sawChanges(ctx context.Context, rows []*ent.Change) {
	var people []inDirectoryKey
	var keys, directories []uuid.UUID
	others := make(map[change.ResourceType][]uuid.UUID)
	for _, c := range rows {
		keys, directories = appendGiven(keys, c.KeyID), appendGiven(directories, c.DirectoryID)
		switch c.ResourceType {
		case change.ResourceTypeUSER, change.ResourceTypeGROUP:
			if c.DirectoryID != nil {
				people = append(people, inDirectoryKey{*c.DirectoryID, c.ResourceID})
			}
		default:
			others[c.ResourceType] = append(others[c.ResourceType], c.ResourceID)
		}
	}
	r.sawPeople(ctx, "resource", people)
	b := r.batchesOf(ctx)
	b.keys.announce(ctx, "key", keys)
	b.directories.announce(ctx, "directory", directories)
	b.companies.announce(ctx, "resource", others[change.ResourceTypeCOMPANY])
	b.directories.announce(ctx, "resource", others[change.ResourceTypeDIRECTORY])
	b.keys.announce(ctx, "resource", others[change.ResourceTypeKEY])
	b.clients.announce(ctx, "resource", others[change.ResourceTypeOAUTH_CLIENT])
}

func collect[T, V any](rows []T, of func(T) V) []V {
	all := make([]V, len(rows))
	for i, row := range rows {
		all[i] = of(row)
	}
	return all
}

func appendGiven(ids []uuid.UUID, id *uuid.UUID) []uuid.UUID {
	if id == nil {
		return ids
	}
	return append(ids, *id)
}
