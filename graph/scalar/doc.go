// Package scalar says how the values of the model are written in GraphQL.
// gqlgen finds these functions by their names (gqlgen.yml).
package scalar
