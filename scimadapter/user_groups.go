package scimadapter

import (
	"context"
	"slices"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/internal/scim/schema"
)

// maxListMemberships is how many memberships the users of one list may have
// together.
const maxListMemberships = 20_000

// memberships holds the groups of the users of an answer.
type memberships struct {
	groups    map[uuid.UUID][]member.GroupOf
	truncated bool // the one user there is may be in more
}

// groupRef is a group of a user as it is answered.
type groupRef struct {
	Value   *uuid.UUID `json:"value,omitempty"`
	Ref     string     `json:"$ref,omitempty"`
	Display string     `json:"display,omitempty"`
	Type    string     `json:"type,omitempty"`
}

// groupsOf reads the groups of the first n users if the client asks for them. n
// is less than all where the users have very many memberships.
func (a *adapter) groupsOf(ctx context.Context, p projection, users []*ent.User) (m memberships, n int, err error) {
	n = len(users)
	if n == 0 || !p.names("groups") {
		return m, n, nil
	}
	ids := make([]uuid.UUID, n)
	for i, u := range users {
		ids[i] = u.ID
	}
	var rows []member.GroupOf
	for ; ; n = (n + 1) / 2 {
		limit := maxListMemberships + 1
		if n == 1 {
			limit = membersPerPage
		}
		if rows, err = a.ops.GroupsOf(ctx, ids[:n], uuid.Nil, limit); err != nil {
			return m, 0, err
		}
		if full := len(rows) == limit; !full || n == 1 {
			m = memberships{groups: make(map[uuid.UUID][]member.GroupOf), truncated: full}
			break
		}
	}
	for _, g := range rows {
		m.groups[g.MemberID] = append(m.groups[g.MemberID], g)
	}
	return m, n, nil
}

// groupsOfPage reads the groups of the users of a page. It shortens the page
// where the users have very many memberships.
func (a *adapter) groupsOfPage(r *request, l graph.List, page *list.Page[*ent.User]) (memberships, error) {
	backward := l.Seek != nil && l.Seek.Backward
	users := slices.Clone(page.Items)
	if backward {
		slices.Reverse(users)
	}
	m, n, err := a.groupsOf(r.ctx, r.projection, users)
	page.Shorten(n, backward)
	return m, err
}

// writeGroupsOf adds groups to the user that ends the buffer, page by page where
// the user has many.
func (a *adapter) writeGroupsOf(ctx context.Context, o *output, p projection, u *ent.User, m memberships) error {
	page := m.groups[u.ID]
	if len(page) == 0 {
		return nil
	}
	o.buf.Truncate(o.buf.Len() - 1)
	o.text(`,"groups":[`)
	for first := true; ; {
		for _, g := range page {
			if !first {
				o.text(",")
			}
			first = false
			if err := o.value(a.groupRefOf(p, g)); err != nil {
				return err
			}
		}
		if !m.truncated || len(page) < membersPerPage {
			o.text("]}")
			return nil
		}
		var err error
		if page, err = a.ops.GroupsOf(ctx, []uuid.UUID{u.ID}, page[len(page)-1].GroupID, membersPerPage); err != nil {
			return err
		}
	}
}

// groupRefOf returns a group of a user, limited to what p includes.
func (a *adapter) groupRefOf(p projection, g member.GroupOf) groupRef {
	var ref groupRef
	if p.includesSub("", "groups", "value") {
		ref.Value = &g.GroupID
	}
	if p.includesSub("", "groups", "$ref") {
		ref.Ref = a.location(schema.Groups, g.GroupID.String())
	}
	if p.includesSub("", "groups", "display") {
		ref.Display = g.Name
	}
	if p.includesSub("", "groups", "type") {
		ref.Type = "direct"
	}
	return ref
}
