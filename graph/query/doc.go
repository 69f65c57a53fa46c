// Package query turns filters (RFC 7644 §3.4.2.2) into SQL predicates. Both
// protocols filter through it: SCIM's filter parameter is parsed into the
// tree it takes, and GraphQL's where-inputs are written in that tree.
//
// Everything is evaluated in the database. An absent attribute equals nothing,
// and "not" and "ne" hold for it; a multi-valued one equals what one of its
// values equals. Comparisons follow type and caseExact of the schema. A value
// that was stored before its attribute had a type, and is of another, is as
// good as absent.
package query
