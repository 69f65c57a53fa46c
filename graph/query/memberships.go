package query

import (
	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// membershipColumn is the table of memberships, seen from members or from groups.
type membershipColumn struct{ self, other string }

var (
	groupsOf  = membershipColumn{self: "member_id", other: "group_id"}
	membersOf = membershipColumn{self: "group_id", other: "member_id"}
)

func (m membershipColumn) value(scope Scope, a schema.Attribute) value {
	id := func(row string) string { return castText(row + "." + m.other) }
	switch a.Name {
	case "display":
		return m.displayName()
	case "type":
		return text{exact: a.CaseExact, sql: func(_ *sql.Selector, row string) expression { return raw(m.kind(row)) }}
	case "$ref":
		return text{
			exact: true, equal: func(location string) condition { return m.is(idAtAnyLocation(scope, location)) },
			sql: func(_ *sql.Selector, row string) expression {
				return write("(", raw(m.base(scope, row)), " || "+id(row)+")")
			},
		}
	}
	return text{
		exact: true, equal: func(text string) condition { return m.is(schematype.ParseAnyID(text)) },
		sql: func(_ *sql.Selector, row string) expression { return raw(id(row)) },
	}
}

// is compares the other side of a membership with an id.
func (m membershipColumn) is(id uuid.UUID) condition {
	return func(_ *sql.Selector, row string) *sql.Predicate {
		return compareArg(raw(row+"."+m.other), filter.Equal, id)
	}
}

// idAtAnyLocation returns the id of the user or group at a location.
func idAtAnyLocation(scope Scope, location string) uuid.UUID {
	for t, rt := range map[schematype.Type]schema.ResourceType{schematype.TypeUser: schema.Users, schematype.TypeGroup: schema.Groups} {
		if id := idAtLocation(scope.URL+rt.Endpoint+"/", location); schematype.TypeOf(id) == t {
			return id
		}
	}
	return uuid.Nil
}

// displayName is the name of the other side of a membership: the folded name that
// people are listed by, or the key of a group's name.
func (m membershipColumn) displayName() value {
	if m == groupsOf {
		return nameKey(named("display_name_key", "groups", "group_id"))
	}
	return memberName{
		person: text{folded: true, sql: named("sort_name", "users", "user_id")},
		group:  nameKey(named("display_name_key", "groups", "subgroup_id")),
	}
}

// named is a column of the user or group whose id a membership has.
func named(column, table, id string) textOf {
	return func(_ *sql.Selector, row string) expression {
		return raw("(SELECT n." + column + " FROM " + table + " AS n WHERE n.company_id = " + row + ".company_id AND n.directory_id = " + row + ".directory_id AND n.id = " + row + "." + id + ")")
	}
}

// memberName is the name of a member, who is a person or a group.
type memberName struct{ person, group text }

func (x memberName) compare(op filter.Op, o operand) condition {
	person, group := x.person.compare(op, o), x.group.compare(op, o)
	return func(s *sql.Selector, row string) *sql.Predicate { return sql.Or(person(s, row), group(s, row)) }
}

func (x memberName) present() condition { return always }

func (x memberName) key(s *sql.Selector, row string) expression {
	return write("COALESCE(", x.person.key(s, row), ", ", x.group.key(s, row), ")")
}

// kind is the sub-attribute type: of a member, User or Group; of a group of a
// user, direct.
func (m membershipColumn) kind(row string) string {
	if m == groupsOf {
		return castText(quote("direct"))
	}
	return m.either(row, schema.Users.Name, schema.Groups.Name)
}

func (m membershipColumn) base(scope Scope, row string) string {
	group := scope.URL + schema.Groups.Endpoint + "/"
	if m == groupsOf {
		return quote(group)
	}
	return m.either(row, scope.URL+schema.Users.Endpoint+"/", group)
}

func (m membershipColumn) either(row, user, group string) string {
	return "(CASE WHEN " + row + ".user_id IS NULL THEN " + quote(group) + " ELSE " + quote(user) + " END)"
}

func (m membershipColumn) assigned(scope Scope) condition {
	return m.any(scope, always)
}

func (m membershipColumn) any(scope Scope, f condition) condition {
	return func(s *sql.Selector, _ string) *sql.Predicate {
		return inScope(s, sql.Dialect(s.Dialect()).Table("memberships"), m.self, scope, f(s, "memberships"))
	}
}

// first returns the membership with the least id on the other side.
func (m membershipColumn) first(s *sql.Selector, of func(row string) expression) expression {
	same := func(name string) string { return "m." + name + " = " + s.C(name) }
	return write("(SELECT ", of("m"), " FROM memberships AS m WHERE "+same("company_id")+" AND "+same("directory_id")+
		" AND m."+m.self+" = "+s.C("id")+" ORDER BY m."+m.other+" LIMIT 1)")
}
