// Package query turns filters (RFC 7644 §3.4.2.2) into SQL predicates. Both
// protocols use it: SCIM's filter parameter is parsed into the tree of package
// filter, and GraphQL's where-inputs become the same tree.
//
// Filters are evaluated in the database. An absent attribute equals nothing, and
// "not" and "ne" hold for it; a multi-valued attribute equals what any of its
// values equals. Comparisons follow type and caseExact of the schema. A value that
// does not have the type of its attribute counts as absent: it was stored before
// the attribute had a type.
//
// The files, in reading order:
//
//   - where.go, element.go: the compiler of filters, and of value paths
//   - where_input.go: GraphQL's where-inputs become filters
//   - operand.go, value.go, json_type.go: literals, and typed values in SQL
//   - tables.go, column.go, memberships.go, schemas.go, extension.go: where attributes are stored
//   - expression.go, dialect.go, fold.go, script.go, prefix.go: pieces of SQL for both databases
//   - order.go, sort_key.go: what lists are sorted by
//   - lookup.go: whether an index answers a filter
//
// A filter that cannot be evaluated fails with an *[Error].
package query
