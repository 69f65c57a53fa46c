package query

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/filter"
)

// MaxIDs is how many ids a filter can name.
const MaxIDs = 100

// conjunction joins the predicates of a where-input, which must all hold.
type conjunction struct{ expr filter.Expr }

func (c *conjunction) and(e filter.Expr) {
	switch {
	case e == nil:
	case c.expr == nil:
		c.expr = e
	default:
		c.expr = filter.And{Left: c.expr, Right: e}
	}
}

func (c *conjunction) compare(name string, op filter.Op, value *string) {
	if value != nil {
		c.and(comparison(name, op, *value))
	}
}

func (c *conjunction) id(name string, id *uuid.UUID) {
	if id != nil {
		c.and(comparison(name, filter.Equal, id.String()))
	}
}

func (c *conjunction) ids(ids []uuid.UUID) error {
	if len(ids) > MaxIDs {
		return apierror.Errorf(apierror.Limit, "where", "at most %d ids", MaxIDs)
	}
	if ids == nil {
		return nil
	}
	any := make([]filter.Expr, len(ids))
	for i, id := range ids {
		any[i] = comparison("id", filter.Equal, id.String())
	}
	c.and(disjunction(any))
	return nil
}

func comparison(name string, op filter.Op, value string) filter.Expr {
	return filter.Compare{Path: filter.AttributePath{Name: name}, Op: op, Value: filter.Value{Text: value}}
}

// disjunction holds when one of any does; an empty one never holds.
func disjunction(any []filter.Expr) filter.Expr {
	if len(any) == 0 {
		return filter.Not{Expr: filter.Present{Path: filter.AttributePath{Name: "id"}}}
	}
	e := any[0]
	for _, other := range any[1:] {
		e = filter.Or{Left: e, Right: other}
	}
	return e
}

// combine adds the parts "and", "or" and "not" that every where-input has.
func combine[T any](c *conjunction, all, any []T, not *T, f func(*T) (filter.Expr, error)) error {
	for i := range all {
		e, err := f(&all[i])
		if err != nil {
			return err
		}
		c.and(e)
	}
	var either []filter.Expr
	for i := range any {
		e, err := f(&any[i])
		if err != nil {
			return err
		}
		if e == nil { // an empty input holds for everyone
			e = filter.Present{Path: filter.AttributePath{Name: "id"}}
		}
		either = append(either, e)
	}
	if any != nil {
		c.and(disjunction(either))
	}
	if not != nil {
		e, err := f(not)
		if err != nil {
			return err
		}
		if e == nil {
			e = filter.Present{Path: filter.AttributePath{Name: "id"}}
		}
		c.and(filter.Not{Expr: e})
	}
	return nil
}

// FromUserWhere returns the filter of a where-input, nil for all users.
func FromUserWhere(in *model.UserWhereInput) (filter.Expr, error) {
	if in == nil {
		return nil, nil
	}
	var c conjunction
	if err := c.ids(in.IDIn); err != nil {
		return nil, err
	}
	c.compare("userName", filter.Equal, in.UserName)
	c.compare("userName", filter.StartsWith, in.UserNameHasPrefix)
	c.compare("externalId", filter.Equal, in.ExternalID)
	if in.Active != nil {
		c.compare("active", filter.Equal, new(strconv.FormatBool(*in.Active)))
	}
	c.compare("displayName", filter.Equal, in.DisplayName)
	c.compare("displayName", filter.StartsWith, in.DisplayNameHasPrefix)
	c.compare("emails", filter.Equal, in.Email)
	c.compare("department", filter.Equal, in.Department)
	c.compare("title", filter.Equal, in.Title)
	c.compare("manager", filter.Equal, in.ManagerValue)
	c.id("groups", in.MemberOf)
	err := combine(&c, in.And, in.Or, in.Not, FromUserWhere)
	return c.expr, err
}

// FromGroupWhere returns the filter of a where-input, nil for all groups.
func FromGroupWhere(in *model.GroupWhereInput) (filter.Expr, error) {
	if in == nil {
		return nil, nil
	}
	var c conjunction
	if err := c.ids(in.IDIn); err != nil {
		return nil, err
	}
	c.compare("displayName", filter.Equal, in.DisplayName)
	c.compare("displayName", filter.StartsWith, in.DisplayNameHasPrefix)
	c.compare("externalId", filter.Equal, in.ExternalID)
	c.id("members", in.HasMember)
	err := combine(&c, in.And, in.Or, in.Not, FromGroupWhere)
	return c.expr, err
}
