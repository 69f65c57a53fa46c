package schema

import (
	"fmt"

	"github.com/feddir/feddir/internal/scim/filter"
)

// Inner returns the filter between the brackets of a value path with its paths
// as names of sub-attributes alone: the grammar lets them carry the URN of the
// schema that the attribute belongs to (RFC 7644 figure 1). It fails on the URN
// of any other schema; the error is safe to show.
func (rt ResourceType) Inner(outer filter.AttributePath, e filter.Expr) (filter.Expr, error) {
	of, _ := rt.Lookup(outer.URN, outer.Name, "")
	in := inner{rt, of}
	return in.expr(e)
}

type inner struct {
	rt    ResourceType
	outer Target
}

func (in inner) expr(e filter.Expr) (filter.Expr, error) {
	switch e := e.(type) {
	case filter.And:
		left, right, err := in.both(e.Left, e.Right)
		return filter.And{Left: left, Right: right}, err
	case filter.Or:
		left, right, err := in.both(e.Left, e.Right)
		return filter.Or{Left: left, Right: right}, err
	case filter.Not:
		negated, err := in.expr(e.Expr)
		return filter.Not{Expr: negated}, err
	case filter.Compare:
		path, err := in.path(e.Path)
		e.Path = path
		return e, err
	case filter.Present:
		path, err := in.path(e.Path)
		return filter.Present{Path: path}, err
	}
	return e, nil
}

func (in inner) both(left, right filter.Expr) (l, r filter.Expr, err error) {
	if l, err = in.expr(left); err == nil {
		r, err = in.expr(right)
	}
	return l, r, err
}

func (in inner) path(p filter.AttributePath) (filter.AttributePath, error) {
	if p.URN == "" {
		return p, nil
	}
	t, ok := in.rt.Lookup(p.URN, in.outer.Name, p.Name)
	if !ok || t.Custom || t.Attribute != in.outer.Attribute {
		return p, fmt.Errorf("%.120q names no sub-attribute of %.64s", p.String(), in.outer.Name)
	}
	return filter.AttributePath{Name: p.Name}, nil
}
