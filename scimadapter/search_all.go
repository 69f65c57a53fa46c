package scimadapter

import (
	"net/http"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/schema"
)

// searchAll searches users and groups (RFC 7644 §3.4.3): first come the users,
// then the groups. A type that does not know an attribute of the filter or of
// the order has no part in it.
func (a *adapter) searchAll(r *request) (*response, error) {
	if err := r.readSearch(); err != nil {
		return nil, err
	}
	if r.cursored() {
		return nil, fault(http.StatusBadRequest, invalidCursor, "cursors are for lists of one type; use startIndex")
	}
	l, err := r.listOf(schema.Users)
	if err != nil {
		return nil, err
	}
	users, userErr := a.ops.ListUsers(r.ctx, l)
	if users, err = orNone(l, users, userErr); err != nil {
		return nil, err
	}
	rest := l
	rest.StartIndex = int(max(int64(l.StartIndex)-users.Total, 1))
	rest.Count -= len(users.Items)
	groups, groupErr := a.ops.ListGroups(r.ctx, rest)
	if groups, err = orNone(l, groups, groupErr); err != nil {
		return nil, err
	}
	if userErr != nil && groupErr != nil { // neither type knows the attribute
		return nil, userErr
	}
	return a.answerAll(r, l, users, groups)
}

// orNone makes an empty page of a list that a type has no attributes for.
func orNone[T any](l graph.List, page *graph.Page[T], err error) (*graph.Page[T], error) {
	if graph.CodeOf(err) == apierror.Invalid {
		return &graph.Page[T]{}, nil
	}
	if err != nil {
		return nil, listFailed(l, err)
	}
	return page, nil
}

func (a *adapter) answerAll(r *request, l graph.List, users *graph.Page[*ent.User], groups *graph.Page[*ent.Group]) (*response, error) {
	ofGroups := newProjection(schema.Groups, r.params)
	if ofGroups.keepsMembers() {
		cutPage(groups, false)
	}
	r.projection = newProjection(schema.Users, r.params)
	found := len(users.Items)
	memberships, err := a.groupsOfPage(r, l, users)
	if err != nil {
		return nil, err
	}
	n := len(users.Items)
	if n < found { // what comes behind the users left out is left out too
		groups.Items = nil
	}
	return listResponse(users.Total+groups.Total, l.StartIndex, n+len(groups.Items), func(o *output, i int) error {
		if i < n {
			return a.writeUser(r.ctx, o, r.projection, users.Items[i], memberships)
		}
		return a.writeGroup(o, ofGroups, groups.Items[i-n])
	}), nil
}
