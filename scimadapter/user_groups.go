package scimadapter

import (
	"context"
	"slices"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/internal/scim/schema"
)

// listMemberships is how many groups the users of one list may be in, all told.
const listMemberships = 20_000

// memberships is the groups of the users of an answer.
type memberships struct {
	groups map[uuid.UUID][]graph.GroupOf
	open   bool // the one user there is may be in more
}

// groupRef is a group that a user is a member of.
type groupRef struct {
	Value   *uuid.UUID `json:"value,omitempty"`
	Ref     string     `json:"$ref,omitempty"`
	Display string     `json:"display,omitempty"`
	Type    string     `json:"type,omitempty"`
}

// groupsOf reads the groups of users where the client asks for them, and of how
// many of the users: of fewer than all when they are in very many.
func (a *adapter) groupsOf(ctx context.Context, p projection, users []*ent.User) (b memberships, n int, err error) {
	n = len(users)
	if n == 0 || !p.asks("groups") {
		return b, n, nil
	}
	ids := make([]uuid.UUID, n)
	for i, u := range users {
		ids[i] = u.ID
	}
	var rows []graph.GroupOf
	for ; ; n = (n + 1) / 2 {
		limit := listMemberships + 1
		if n == 1 {
			limit = pageMembers
		}
		if rows, err = a.ops.GroupsOf(ctx, ids[:n], uuid.Nil, limit); err != nil {
			return b, 0, err
		}
		if full := len(rows) == limit; !full || n == 1 {
			b = memberships{groups: make(map[uuid.UUID][]graph.GroupOf), open: full}
			break
		}
	}
	for _, g := range rows {
		b.groups[g.MemberID] = append(b.groups[g.MemberID], g)
	}
	return b, n, nil
}

// groupsOfPage reads the groups of the users of a page, which becomes shorter
// when they are in very many.
func (a *adapter) groupsOfPage(r *request, l graph.List, page *list.Page[*ent.User]) (memberships, error) {
	backward := l.Seek != nil && l.Seek.Backward
	users := slices.Clone(page.Items)
	if backward {
		slices.Reverse(users)
	}
	b, n, err := a.groupsOf(r.ctx, r.projection, users)
	page.Shorten(n, backward)
	return b, err
}

// writeGroupsOf goes on with the object of a user at the end of the buffer, page
// by page where the user is in many groups.
func (a *adapter) writeGroupsOf(ctx context.Context, o *output, p projection, u *ent.User, b memberships) error {
	page := b.groups[u.ID]
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
		if !b.open || len(page) < pageMembers {
			o.text("]}")
			return nil
		}
		var err error
		if page, err = a.ops.GroupsOf(ctx, []uuid.UUID{u.ID}, page[len(page)-1].GroupID, pageMembers); err != nil {
			return err
		}
	}
}

// groupRefOf is what p keeps of a group.
func (a *adapter) groupRefOf(p projection, g graph.GroupOf) groupRef {
	var ref groupRef
	if p.keepsSub("", "groups", "value") {
		ref.Value = &g.GroupID
	}
	if p.keepsSub("", "groups", "$ref") {
		ref.Ref = a.location(schema.Groups, g.GroupID.String())
	}
	if p.keepsSub("", "groups", "display") {
		ref.Display = g.Name
	}
	if p.keepsSub("", "groups", "type") {
		ref.Type = "direct"
	}
	return ref
}
