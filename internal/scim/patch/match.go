package patch

import (
	"strings"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// check reports whether a filter names only sub-attributes of a, by their names
// alone (see schema.ResourceType.Inner); the error says that it compares one in a way its type does not have.
func check(a *schema.Attribute, e filter.Expr) (known bool, err error) {
	both := func(left, right filter.Expr) (bool, error) {
		if known, err := check(a, left); !known || err != nil {
			return known, err
		}
		return check(a, right)
	}
	switch e := e.(type) {
	case filter.And:
		return both(e.Left, e.Right)
	case filter.Or:
		return both(e.Left, e.Right)
	case filter.Not:
		return check(a, e.Expr)
	case filter.Present:
		return e.Path.URN == "" && a.SubAttribute(e.Path.Name) != nil, nil
	case filter.Compare:
		sub := a.SubAttribute(e.Path.Name)
		if sub == nil || e.Path.URN != "" {
			return false, nil
		}
		return true, checkComparison(a, sub, e)
	}
	return false, nil
}

func checkComparison(a, sub *schema.Attribute, e filter.Compare) error {
	equality := e.Op == filter.Equal || e.Op == filter.NotEqual
	_, boolean := e.Value.Bool()
	switch {
	case e.Value.Kind == filter.Null && equality:
	case e.Value.Kind == filter.Null:
		return errorf(InvalidFilter, "%s.%s cannot be compared with null by %s", a.Name, sub.Name, e.Op)
	case sub.Type == schema.Boolean && !(equality && boolean):
		return errorf(InvalidFilter, "%s.%s is true or false", a.Name, sub.Name)
	}
	return nil
}

// matches reports whether an element satisfies a filter that passed check.
func matches(a *schema.Attribute, e filter.Expr, element map[string]any) bool {
	switch e := e.(type) {
	case nil: // no filter selects every element
		return true
	case filter.And:
		return matches(a, e.Left, element) && matches(a, e.Right, element)
	case filter.Or:
		return matches(a, e.Left, element) || matches(a, e.Right, element)
	case filter.Not:
		return !matches(a, e.Expr, element)
	case filter.Present:
		return element[a.SubAttribute(e.Path.Name).Name] != nil
	case filter.Compare:
		return holds(a.SubAttribute(e.Path.Name), e, element)
	}
	return false
}

func holds(sub *schema.Attribute, e filter.Compare, element map[string]any) bool {
	got := element[sub.Name]
	if got == nil || e.Value.Kind == filter.Null {
		return (got == nil && e.Value.Kind == filter.Null) == (e.Op == filter.Equal)
	}
	if b, ok := got.(bool); ok {
		want, _ := e.Value.Bool()
		return (b == want) == (e.Op == filter.Equal)
	}
	text, _ := got.(string)
	text, want := fold(sub, text), fold(sub, e.Value.Text)
	switch e.Op {
	case filter.Equal:
		return text == want
	case filter.NotEqual:
		return text != want
	case filter.Contains:
		return strings.Contains(text, want)
	case filter.StartsWith:
		return strings.HasPrefix(text, want)
	case filter.EndsWith:
		return strings.HasSuffix(text, want)
	case filter.Greater:
		return text > want
	case filter.GreaterOrEqual:
		return text >= want
	case filter.Less:
		return text < want
	}
	return text <= want
}

// fold is what two strings have in common when the attribute calls them equal.
func fold(a *schema.Attribute, text string) string {
	if a.CaseExact {
		return text
	}
	return schematype.Fold(text)
}

// elementFor makes the element a filter describes: one that does nothing but
// demand equality of sub-attributes. ok is false for any other filter.
func elementFor(a *schema.Attribute, e filter.Expr) (element map[string]any, ok bool) {
	element = map[string]any{}
	if !assign(a, e, element) {
		return nil, false
	}
	// type eq "a" and type eq "b" describes nothing.
	return element, matches(a, e, element)
}

func assign(a *schema.Attribute, e filter.Expr, element map[string]any) bool {
	switch e := e.(type) {
	case nil:
		return true
	case filter.And:
		return assign(a, e.Left, element) && assign(a, e.Right, element)
	case filter.Compare:
		sub := a.SubAttribute(e.Path.Name)
		if e.Op != filter.Equal || e.Value.Kind == filter.Null || unwritable(sub) != "" {
			return false
		}
		v, err := simple(sub, sub.Name, e.Value.Text)
		element[sub.Name] = v
		return v != nil && err == nil
	}
	return false
}
