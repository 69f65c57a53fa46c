// Package graph holds the operations on the directory: the resolvers of the
// GraphQL schema and the lists behind them. They are the only business
// operations; every protocol calls these methods.
package graph
