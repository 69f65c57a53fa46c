package where

import (
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/scimadapter/filter"
	"github.com/feddir/feddir/scimadapter/schema"
)

// Where the attributes of users are stored.
var userColumns = map[string]column{
	"id":                identity{},
	"meta":              meta{"User"},
	"userName":          text{name: "user_name_key", folded: true},
	"externalId":        text{name: "external_id"},
	"active":            boolean{name: "active"},
	"displayName":       text{name: "sort_name", folded: true, unless: "display_name"},
	"name":              object{"name"},
	"nickName":          text{name: "nick_name"},
	"profileUrl":        text{name: "profile_url"},
	"title":             text{name: "title"},
	"userType":          text{name: "user_type"},
	"preferredLanguage": text{name: "preferred_language"},
	"locale":            text{name: "locale"},
	"timezone":          text{name: "timezone"},
	"emails":            list{"emails", string(uservalue.AttributeEMAILS)},
	"phoneNumbers":      list{"phone_numbers", string(uservalue.AttributePHONE_NUMBERS)},
	"ims":               list{name: "ims"},
	"photos":            list{name: "photos"},
	"addresses":         list{name: "addresses"},
	"entitlements":      list{name: "entitlements"},
	"roles":             list{name: "roles"},
	"x509Certificates":  list{name: "x509_certificates"},
	"groups":            memberships{self: "member_id", other: "group_id"},
	"employeeNumber":    text{name: "employee_number"},
	"costCenter":        text{name: "cost_center"},
	"organization":      text{name: "organization"},
	"division":          text{name: "division"},
	"department":        text{name: "department"},
	"manager":           manager{text{name: "manager"}},
}

// Where the attributes of groups are stored.
var groupColumns = map[string]column{
	"id":          identity{},
	"meta":        meta{"Group"},
	"displayName": text{name: "display_name_key", folded: true},
	"externalId":  text{name: "external_id"},
	"members":     memberships{self: "group_id", other: "member_id"},
}

// manager is the column of the manager's id; it stands for manager.value too.
type manager struct{ text }

func (m manager) compare(_ compiler, t schema.Target, op filter.Op, v filter.Value) (condition, error) {
	if t.SubAttribute != nil && t.SubAttribute.Name != "value" {
		return nil, errorf("filtering on manager.%s is not supported", t.SubAttribute.Name)
	}
	if v.Kind == filter.Null {
		return absent(m.name), nil
	}
	return func(s *sql.Selector) *sql.Predicate { return compareText(expression(s.C(m.name)), op, v.Text) }, nil
}

// memberships is the table of members, seen from one of its sides.
type memberships struct{ self, other string }

func (m memberships) compare(c compiler, t schema.Target, op filter.Op, v filter.Value) (condition, error) {
	if op != filter.Equal || t.SubAttribute != nil && t.SubAttribute.Name != "value" {
		return nil, errorf("%s is compared with eq or ne and by value", t.Name)
	}
	id := schematype.ParseAnyID(v.Text)
	return m.exists(c.scope, func(table *sql.SelectTable) []*sql.Predicate {
		return []*sql.Predicate{sql.EQ(table.C(m.other), id)}
	}), nil
}

func (m memberships) present(c compiler, _ schema.Target) (condition, error) {
	return m.exists(c.scope, func(*sql.SelectTable) []*sql.Predicate { return nil }), nil
}

func (m memberships) elements(c compiler, t schema.Target, e filter.Expr) (condition, error) {
	value, ok := e.(filter.Compare)
	if !ok || !is(value, "value") {
		return nil, errorf("elements of %s are selected by value eq", t.Name)
	}
	return m.compare(c, t, value.Op, value.Value)
}

func (m memberships) exists(scope Scope, on func(*sql.SelectTable) []*sql.Predicate) condition {
	return func(s *sql.Selector) *sql.Predicate {
		t := sql.Dialect(s.Dialect()).Table("memberships")
		return inScope(s, t, m.self, scope, on(t)...)
	}
}

// extension is an attribute of an extension that has no schema here.
type extension struct {
	single
	urn, name string
}

func (x extension) compare(_ compiler, _ schema.Target, op filter.Op, v filter.Value) (condition, error) {
	return func(s *sql.Selector) *sql.Predicate {
		return x.with(s, func(e expression) *sql.Predicate {
			if v.Kind == filter.Boolean {
				return compareBool(e, op, v)
			}
			return compareText("CAST("+e+" AS text)", op, v.Text)
		})
	}, nil
}

func (x extension) present(compiler, schema.Target) (condition, error) {
	return func(s *sql.Selector) *sql.Predicate { return x.with(s, isPresent) }, nil
}

// with makes a predicate on the attribute's value as text. Its names come from
// the client, so they are arguments.
func (x extension) with(s *sql.Selector, f func(expression) *sql.Predicate) *sql.Predicate {
	const value = "x.value"
	from := func(b *sql.Builder) {
		b.WriteString("json_each(" + s.C("extensions") + ", ").Arg(`$."` + x.urn + `"`).WriteString(") AS x WHERE x.key = ").Arg(x.name)
	}
	if s.Dialect() == dialect.Postgres {
		from = func(b *sql.Builder) {
			b.WriteString("(SELECT " + s.C("extensions") + " -> ").Arg(x.urn).WriteString(" ->> ").Arg(x.name).WriteString(" AS value) AS x WHERE x.value IS NOT NULL")
		}
	}
	inner := f(value)
	return sql.P(func(b *sql.Builder) {
		b.WriteString("EXISTS (SELECT 1 FROM ")
		from(b)
		b.WriteString(" AND ").Join(inner).WriteString(")")
	})
}
