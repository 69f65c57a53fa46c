// Package model holds the types of the GraphQL schema that are not the model's own.
//
//   - model.go: types written by hand, because GraphQL adds something to them
//   - patch.go: patches become changes of attributes
//   - generated.go: all others, as make generate writes them
package model
