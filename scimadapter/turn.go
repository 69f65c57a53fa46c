package scimadapter

import (
	"net/http"
	"time"

	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/scim/filter"
)

// admit waits for the request's turn among those of its key.
func (a *adapter) admit(r *request) error {
	if a.cfg.Admit == nil {
		return nil
	}
	release, again, err := a.cfg.Admit(r.ctx)
	if err == nil && release == nil {
		f := fault(http.StatusTooManyRequests, "", "these are too many requests at a time; send them more slowly")
		f.again = max(again, time.Second)
		err = f
	}
	r.release = release
	return err
}

// giveBack ends the turn that the request has.
func (r *request) giveBack() {
	if r.release != nil {
		r.release()
		r.release = nil
	}
}

// waitForHeavy lets a list that is heavy wait for its turn among those of all
// keys. It gives back the turn that the request has among those of its own key:
// what the key provisions does not wait for its lists.
func (a *adapter) waitForHeavy(r *request, l graph.List, lookup ...func(filter.Expr) bool) error {
	if a.cfg.HeavyTurn == nil || !isHeavy(l, lookup) {
		return nil
	}
	r.giveBack()
	release, err := a.cfg.HeavyTurn(r.ctx)
	r.release = release
	return err
}

// isHeavy reports whether a list is as much work as a GraphQL query that waits
// for its turn: it reads or skips as many resources as that would cost points,
// or is sorted or filtered so that the database may have to look at all.
func isHeavy(l graph.List, lookup []func(filter.Expr) bool) bool {
	if l.SortBy.Name != "" || l.SortBy.URN != "" {
		return true
	}
	if l.Filter == nil {
		return max(l.StartIndex, 1)-1+l.Count >= limits.HeavyCost
	}
	for _, finds := range lookup {
		if !finds(l.Filter) {
			return true
		}
	}
	return false
}
