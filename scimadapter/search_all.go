package scimadapter

import (
	"net/http"
	"slices"
	"strings"

	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// queryRoot lists users and groups by the parameters of the base URL (RFC 7644
// §3.4.2.1). Without parameters it answers the ServiceProviderConfig, for
// clients that try the URL they were given.
func (a *adapter) queryRoot(d *discovery) handler {
	return func(r *request) (*response, error) {
		asks := func(name string) bool { return r.params.Has(strings.ToLower(name)) }
		if !slices.ContainsFunc(singleParameters, asks) && !asks("attributes") && !asks("excludedAttributes") {
			return d.serviceProviderConfig(r)
		}
		if r.record != nil {
			r.record.Action = requestrecord.ActionQUERY
		}
		return a.listAll(r)
	}
}

// searchAll is queryRoot with its parameters in the body (RFC 7644 §3.4.3).
func (a *adapter) searchAll(r *request) (*response, error) {
	if err := r.readSearch(); err != nil {
		return nil, err
	}
	return a.listAll(r)
}

// listAll lists users and groups. Resources of a type without an attribute have
// no value of it (RFC 7644 §3.4.2.1). Users come first, unless the list is sorted
// by an attribute of groups only: then users come last, or first in descending
// order.
func (a *adapter) listAll(r *request) (*response, error) {
	if r.cursored() {
		return nil, fault(http.StatusBadRequest, invalidCursor, "cursors are for lists of one type; use startIndex")
	}
	l, err := r.readList(schema.Users)
	if err != nil {
		return nil, err
	}
	l.AllTypes = true
	if err := a.waitForHeavy(r, isHeavy(l, query.IsUserLookup, query.IsGroupLookup)); err != nil {
		return nil, err
	}
	first, second := a.usersOfAll, a.groupsOfAll
	if usersLast(l) {
		first, second = second, first
	}
	head, err := first(r, l)
	if err != nil {
		return nil, err
	}
	rest := l
	rest.StartIndex = int(max(int64(l.StartIndex)-head.total, 1))
	if rest.Count -= head.items; int64(l.StartIndex-1+head.items) < head.total { // the page ended within the first type
		rest.Count = 0
	}
	tail, err := second(r, rest)
	if err != nil {
		return nil, err
	}
	r.setQuery(l.Filter, head.total+tail.total > 0)
	return listResponse(head.total+tail.total, l.StartIndex, head.items+tail.items, func(o *output, i int) error {
		if i < head.items {
			return head.write(o, i)
		}
		return tail.write(o, i-head.items)
	}), nil
}

// usersLast reports whether the order of a list puts users behind groups.
func usersLast(l graph.List) bool {
	lacks := func(rt schema.ResourceType, by filter.AttributePath) bool {
		_, known := rt.Lookup(by.URN, by.Name, by.Sub)
		return !known
	}
	if l.SortBy == (filter.AttributePath{}) {
		return false
	}
	if l.Descending {
		return lacks(schema.Groups, l.SortBy)
	}
	return lacks(schema.Users, l.SortBy)
}

// typePage is the part of one type in a list of all types.
type typePage struct {
	total int64
	items int
	write func(o *output, i int) error
}

func (a *adapter) usersOfAll(r *request, l graph.List) (typePage, error) {
	page, err := a.ops.ListUsers(r.ctx, l)
	if err != nil {
		return typePage{}, listFailed(l, err)
	}
	r.projection = newProjection(schema.Users, r.params)
	memberships, err := a.groupsOfPage(r, l, page)
	return typePage{page.Total, len(page.Items), func(o *output, i int) error {
		return a.writeUser(r.ctx, o, r.projection, page.Items[i], memberships)
	}}, err
}

func (a *adapter) groupsOfAll(r *request, l graph.List) (typePage, error) {
	page, err := a.ops.ListGroups(r.ctx, l)
	if err != nil {
		return typePage{}, listFailed(l, err)
	}
	p := newProjection(schema.Groups, r.params)
	if p.includesMembers() {
		truncatePage(page, false)
	}
	return typePage{page.Total, len(page.Items), func(o *output, i int) error {
		return a.writeGroup(o, p, page.Items[i])
	}}, nil
}
