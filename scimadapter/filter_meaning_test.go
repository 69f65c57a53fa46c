package scimadapter_test

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// meaning is what filters mean for a resource, read off its JSON.
type meaning struct {
	rt       schema.ResourceType
	resource map[string]any
}

func (m meaning) holds(e filter.Expr) bool {
	switch e := e.(type) {
	case filter.And:
		return m.holds(e.Left) && m.holds(e.Right)
	case filter.Or:
		return m.holds(e.Left) || m.holds(e.Right)
	case filter.Not:
		return !m.holds(e.Expr)
	case filter.Present:
		return len(m.values(e.Path)) > 0
	case filter.Compare:
		t, _ := m.rt.Lookup(e.Path.URN, e.Path.Name, e.Path.Sub)
		return holdsFor(m.values(e.Path), simpleOf(t), e)
	case filter.ValuePath:
		t, _ := m.rt.Lookup(e.Path.URN, e.Path.Name, "")
		e.Filter, _ = m.rt.Inner(e.Path, e.Filter)
		for _, element := range m.values(e.Path) {
			if (meaning{schema.ResourceType{Schema: &schema.Schema{Attributes: t.Attribute.SubAttributes}}, element.(map[string]any)}).holds(e.Filter) {
				return true
			}
		}
	}
	return false
}

func simpleOf(t schema.Target) schema.Attribute {
	switch {
	case t.SubAttribute != nil:
		return *t.SubAttribute
	case t.Attribute != nil && t.Attribute.Type == schema.Complex:
		return valueOf(*t.Attribute)
	case t.Attribute != nil:
		return *t.Attribute
	}
	return schema.Attribute{}
}

// values are the values of an attribute, or of a sub-attribute in all elements.
func (m meaning) values(path filter.AttributePath) []any {
	in := m.resource
	t, _ := m.rt.Lookup(path.URN, path.Name, path.Sub)
	if t.Extension != "" {
		in, _ = named(in, t.Extension).(map[string]any)
	}
	values := listOf(named(in, t.Name))
	if t.SubAttribute == nil {
		return values
	}
	var subs []any
	for _, v := range values {
		if sub := named(v.(map[string]any), t.SubAttribute.Name); sub != nil {
			subs = append(subs, sub)
		}
	}
	return subs
}

func named(object map[string]any, name string) any {
	for key, v := range object {
		if strings.EqualFold(key, name) {
			return v
		}
	}
	return nil
}

func holdsFor(values []any, a schema.Attribute, e filter.Compare) bool {
	switch {
	case e.Op == filter.NotEqual:
		e.Op = filter.Equal
		return !holdsFor(values, a, e)
	case e.Value.Kind == filter.Null:
		return len(values) == 0
	}
	for _, v := range values {
		if object, ok := v.(map[string]any); ok {
			v = object["value"]
		}
		if v != nil && relates(v, a, e) {
			return true
		}
	}
	return false
}

func relates(v any, a schema.Attribute, e filter.Compare) bool {
	switch v := v.(type) {
	case bool:
		want, _ := e.Value.Bool()
		return v == want
	case float64:
		return ordered(cmp.Compare(v, number(e.Value.Text)), e.Op)
	}
	got, want := v.(string), e.Value.Text
	if a.Type == schema.DateTime {
		at, _ := time.Parse(time.RFC3339Nano, got)
		than, err := time.Parse(time.RFC3339Nano, want)
		if err != nil {
			than, _ = time.Parse("2006-01-02T15:04:05", want)
		}
		return ordered(at.Compare(than), e.Op)
	}
	if !a.CaseExact {
		got, want = schematype.Fold(got), schematype.Fold(want)
	}
	switch e.Op {
	case filter.Contains:
		return strings.Contains(got, want)
	case filter.StartsWith:
		return strings.HasPrefix(got, want)
	case filter.EndsWith:
		return strings.HasSuffix(got, want)
	}
	return ordered(strings.Compare(got, want), e.Op)
}

func ordered(c int, op filter.Op) bool {
	return map[filter.Op]bool{
		filter.Equal: c == 0, filter.Greater: c > 0, filter.GreaterOrEqual: c >= 0, filter.Less: c < 0, filter.LessOrEqual: c <= 0,
	}[op]
}

func number(text string) float64 {
	f, _ := strconv.ParseFloat(text, 64)
	return f
}
