package scimadapter

import (
	"net/http"
	"slices"
	"time"

	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/scim/filter"
)

// admit waits until the request has a turn among the requests of its key.
func (a *adapter) admit(r *request) error {
	if a.cfg.Admit == nil {
		return nil
	}
	release, again, err := a.cfg.Admit(r.ctx)
	if err == nil && release == nil {
		f := fault(http.StatusTooManyRequests, "", "the key sends too many requests; send them more slowly")
		f.retryAfter = max(again, time.Second)
		err = f
	}
	r.release = release
	return err
}

// releaseTurn ends the request's turn, if it has one.
func (r *request) releaseTurn() {
	if r.release != nil {
		r.release()
		r.release = nil
	}
}

// waitForHeavy waits, if a read is heavy, until it has a turn among the heavy
// reads of all keys. It first ends the turn that the request has among those of
// its own key, so that the key's provisioning does not wait for its lists.
func (a *adapter) waitForHeavy(r *request, heavy bool) error {
	if a.cfg.HeavyTurn == nil || !heavy {
		return nil
	}
	r.releaseTurn()
	release, err := a.cfg.HeavyTurn(r.ctx)
	r.release = release
	return err
}

// isHeavy reports whether a list is as much work as a heavy GraphQL query: it
// reads or skips at least as many resources as such a query costs points, or
// its order or filter may make the database read all rows.
func isHeavy(l graph.List, lookup ...func(filter.Expr) bool) bool {
	if l.SortBy.Name != "" || l.SortBy.URN != "" {
		return true
	}
	if l.Filter == nil {
		return max(l.StartIndex, 1)-1+l.Count >= limits.HeavyCost
	}
	return slices.ContainsFunc(lookup, func(finds func(filter.Expr) bool) bool { return !finds(l.Filter) })
}
