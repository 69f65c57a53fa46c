// Package graph holds the operations on the directory: the resolvers of the
// GraphQL schema and what they do. They are the only business operations; every
// protocol calls these methods.
//
// In reading order: resolver.go has what the operations are made of, handler.go
// how they are served. The files named after a part of the schema, such as
// company.resolvers.go, have a method for each field, and say what it reads or
// does; user.go, group.go, directory.go and company.go have what is longer.
// operations.go has what SCIM needs beside the mutations. How operations use the
// database is in package tx.
//
// Operations fail with *apierror.Error, or with what [dberror.Describe] makes one of.
package graph
