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

// multiColumn is a column of a multi-valued attribute, each of whose values is a
// row.
type multiColumn interface {
	column
	// any holds where f holds for a row.
	any(s Scope, f condition) condition
	// first returns x of the row that lists are sorted by.
	first(s *sql.Selector, x func(row string) expression) expression
}

// indexedColumn is a column that has an index for some comparisons.
type indexedColumn interface {
	// lookup holds where a value, of a type if one is given, compares so. It is nil
	// if no index answers the comparison.
	lookup(s Scope, op filter.Op, o operand, typ *string) condition
}

// condition makes a predicate on a row within a row of a selector, or on the
// latter alone. row is the SQL name of the row, empty where there is none.
type condition func(s *sql.Selector, row string) *sql.Predicate

// anyRow holds where f holds for the column, or for one of its rows.
func anyRow(s Scope, c column, f condition) condition {
	if r, ok := c.(multiColumn); ok {
		return r.any(s, f)
	}
	return f
}

// simpleColumn is a column of one simple attribute.
type simpleColumn struct {
	name string
	of   func(name string, exact bool) value
	key  bool // lists are sorted by the column itself: it is never NULL, and in an index
}

func (c simpleColumn) value(_ Scope, a schema.Attribute) value { return c.of(c.name, a.CaseExact) }

func notNull(name string) condition {
	return func(s *sql.Selector, _ string) *sql.Predicate { return sql.NotNull(s.C(name)) }
}

// plainText is a column of text that is stored as it was given.
func plainText(name string, exact bool) value {
	return text{sql: columnText(name), exact: exact}
}

// uniqueName is a column of the keys of names, which are compared with the key of
// the operand. Names that were stored by earlier versions may have an older key,
// the folded text.
func uniqueName(name string, _ bool) value { return nameKey(columnText(name)) }

func nameKey(of textOf) text {
	x := text{sql: of, folded: true, name: true}
	x.equal = func(given string) condition {
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

// displayName is stored in the folded column of names, which has its prefix, or
// the user name of users without a display name.
func displayName(string, bool) value {
	return text{sql: columnText("sort_name"), folded: true, notNullColumn: "display_name", wholeText: columnText("display_name")}
}

func columnText(name string) textOf {
	return func(s *sql.Selector, _ string) expression { return raw(s.C(name)) }
}

// objectColumn is a column of one JSON object: a complex attribute.
type objectColumn struct{ name string }

func (x objectColumn) value(_ Scope, a schema.Attribute) value {
	return text{exact: a.CaseExact, sql: func(s *sql.Selector, _ string) expression { return member(s, s.C(x.name), a.Name) }}
}

func (x objectColumn) assigned(Scope) condition { return notNull(x.name) }

// idColumn is the column of ids.
type idColumn struct{}

func (idColumn) value(Scope, schema.Attribute) value { return idText("id", "") }

// idText is an id, or the location that ends with it.
func idText(name, base string) value {
	return text{
		exact: true,
		sql:   func(s *sql.Selector, _ string) expression { return locationOf(base, raw(castText(s.C(name)))) },
		equal: func(id string) condition {
			return func(s *sql.Selector, _ string) *sql.Predicate { return sql.EQ(s.C(name), idAtLocation(base, id)) }
		},
	}
}

// metaColumn is the columns of the attribute meta.
type metaColumn struct{ rt *schema.ResourceType }

func (m metaColumn) value(scope Scope, a schema.Attribute) value {
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

func (metaColumn) assigned(Scope) condition { return always }

// managerColumn is the column of managers as they were given. A manager is a user
// if the text is the id of one.
type managerColumn struct{ name string }

func (m managerColumn) value(scope Scope, a schema.Attribute) value {
	switch a.Name {
	case "$ref":
		base := scope.URL + schema.Users.Endpoint + "/"
		return text{
			exact: true,
			sql: func(s *sql.Selector, _ string) expression {
				return write("(CASE WHEN "+asUserID(s, s.C(m.name))+" IS NOT NULL THEN ", locationOf(base, raw(s.C(m.name))), " END)")
			},
			equal: func(location string) condition {
				return func(s *sql.Selector, _ string) *sql.Predicate {
					return sql.EQ(s.C(m.name), userIDAtLocation(base, location))
				}
			},
		}
	case "displayName":
		return text{folded: true, sql: func(s *sql.Selector, _ string) expression {
			return raw("(SELECT m.sort_name FROM users AS m WHERE m.company_id = " + s.C("company_id") + " AND m.directory_id = " + s.C("directory_id") +
				" AND m.id = " + asUserID(s, s.C(m.name)) + " AND m.display_name IS NOT NULL)")
		}}
	}
	return plainText(m.name, true)
}

func (m managerColumn) assigned(Scope) condition { return notNull(m.name) }

// userIDAtLocation returns the id of the user at a location, or "".
func userIDAtLocation(base, location string) string {
	if id := idAtLocation(base, location); schematype.TypeOf(id) == schematype.TypeUser {
		return id.String()
	}
	return ""
}
