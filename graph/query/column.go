package query

import (
	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// column is where an attribute is stored.
type column interface {
	// value is the value of the attribute, or of a simple sub-attribute of it.
	value(s Scope, a schema.Attribute) value
}

// complexColumn is a column of a complex attribute.
type complexColumn interface {
	column
	// assigned holds where the attribute has a value at all.
	assigned(s Scope) condition
}

// rows is a column of a multi-valued attribute. Each of its values is a row.
type rows interface {
	column
	// any holds where f does for a row.
	any(s Scope, f rowCondition) condition
	// first gives x of the row that lists are sorted by.
	first(s *sql.Selector, x func(row string) expression) expression
}

// indexed is a column of which an index answers some comparisons.
type indexed interface {
	// lookup holds where a value, of a type if that is given, compares so. It is
	// nil where no index answers that.
	lookup(s Scope, op filter.Op, o operand, typ *string) condition
}

// rowCondition makes a predicate on a row within a row of a selector, or on the
// latter alone. A row is an SQL expression of what it consists of.
type rowCondition func(s *sql.Selector, row string) *sql.Predicate

// among holds where f does for the column, or for one of its rows.
func among(s Scope, c column, f rowCondition) condition {
	if r, ok := c.(rows); ok {
		return r.any(s, f)
	}
	return func(s *sql.Selector) *sql.Predicate { return f(s, "") }
}

// simpleColumn is a column of one simple attribute.
type simpleColumn struct {
	name string
	of   func(name string, exact bool) value
	key  bool // lists are sorted by the column itself: it is never NULL, and in an index
}

func (c simpleColumn) value(_ Scope, a schema.Attribute) value { return c.of(c.name, a.CaseExact) }

func notNull(name string) condition {
	return func(s *sql.Selector) *sql.Predicate { return sql.NotNull(s.C(name)) }
}

// givenText is a column of text as it was given.
func givenText(name string, exact bool) value {
	return text{sql: columnText(name), exact: exact}
}

// uniqueName is a column of the keys of names. What is compared with them has a
// key too. A name that was there before names were composed may have an older
// key, which is its folded text alone.
func uniqueName(name string, _ bool) value {
	x := text{sql: columnText(name), folded: true, name: true}
	x.equal = func(given string) rowCondition {
		return func(s *sql.Selector, row string) *sql.Predicate {
			key, older := schematype.NameKey(given), schematype.Fold(given)
			if key == older {
				return compareText(s, x.sql(s, row), filter.Equal, key)
			}
			return sql.Or(compareText(s, x.sql(s, row), filter.Equal, key), compareText(s, x.sql(s, row), filter.Equal, older))
		}
	}
	return x
}

// displayName is in the folded column of names, which has its beginning, and
// the user name of whom it is missing for.
func displayName(string, bool) value {
	return text{sql: columnText("sort_name"), folded: true, unless: "display_name", whole: columnText("display_name")}
}

func columnText(name string) textOf {
	return func(s *sql.Selector, _ string) expression { return raw(s.C(name)) }
}

// object is a column of one JSON object: a complex attribute.
type object struct{ name string }

func (x object) value(_ Scope, a schema.Attribute) value {
	return text{exact: a.CaseExact, sql: func(s *sql.Selector, _ string) expression { return member(s, s.C(x.name), a.Name) }}
}

func (x object) assigned(Scope) condition { return notNull(x.name) }

// identity is the column of ids.
type identity struct{}

func (identity) value(Scope, schema.Attribute) value { return idText("id", "") }

// idText is an id, or the location that it is the end of.
func idText(name, base string) value {
	return text{
		exact: true,
		sql:   func(s *sql.Selector, _ string) expression { return located(base, raw(castText(s.C(name)))) },
		equal: func(id string) rowCondition {
			return func(s *sql.Selector, _ string) *sql.Predicate { return sql.EQ(s.C(name), idBehind(base, id)) }
		},
	}
}

// meta is the columns of the attribute meta.
type meta struct{ rt *schema.ResourceType }

func (m meta) value(scope Scope, a schema.Attribute) value {
	switch a.Name {
	case "created":
		return instant("created_at")
	case "lastModified":
		return instant("updated_at")
	case "location":
		return idText("id", scope.URL+m.rt.Endpoint+"/")
	case "version":
		return text{exact: true, sql: func(s *sql.Selector, _ string) expression {
			return raw(`('W/"' || ` + castText(s.C("version")) + ` || '"')`)
		}}
	}
	return constant(m.rt.Name, a.CaseExact)
}

func (meta) assigned(Scope) condition { return always }

// manager is the column of the manager as it was given, which stands for a
// user where it is the id of one.
type manager struct{ name string }

func (m manager) value(scope Scope, a schema.Attribute) value {
	switch a.Name {
	case "$ref":
		base := scope.URL + schema.Users.Endpoint + "/"
		return text{
			exact: true,
			sql: func(s *sql.Selector, _ string) expression {
				return write("(CASE WHEN "+asUserID(s, s.C(m.name))+" IS NOT NULL THEN ", located(base, raw(s.C(m.name))), " END)")
			},
			equal: func(location string) rowCondition {
				return func(s *sql.Selector, _ string) *sql.Predicate {
					return sql.EQ(s.C(m.name), userIDBehind(base, location))
				}
			},
		}
	case "displayName":
		return text{folded: true, sql: func(s *sql.Selector, _ string) expression {
			return raw("(SELECT m.sort_name FROM users AS m WHERE m.company_id = " + s.C("company_id") + " AND m.directory_id = " + s.C("directory_id") +
				" AND m.id = " + asUserID(s, s.C(m.name)) + " AND m.display_name IS NOT NULL)")
		}}
	}
	return givenText(m.name, true)
}

func (m manager) assigned(Scope) condition { return notNull(m.name) }

// userIDBehind is the id of a user as it stands at the end of a location, or
// what is nobody's.
func userIDBehind(base, location string) string {
	if id := idBehind(base, location); schematype.TypeOf(id) == schematype.TypeUser {
		return id.String()
	}
	return ""
}
