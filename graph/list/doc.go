// Package list reads ordered lists a page at a time. It is the one keyset
// engine behind the connections of GraphQL (Relay), the lists of SCIM by index
// and by cursor (RFC 7644 §3.4.2.4, RFC 9865), the feed and the search.
//
// A list is the rows of a table for which a predicate holds, in an order that
// is total. Where a row stands is its seek key: the values that it is ordered
// by, and its id. The page after a seek key costs the same everywhere in the
// list. A cursor is a sealed seek key, good for one list in one order alone.
//
// In reading order: table.go and predicate.go have what is read, seek_key.go,
// order.go and sorting.go in which order, cursor.go what clients carry.
// args.go, request.go and connection.go are a page of a connection, owned.go
// the lists that owners have, and merged.go one across directories.
// resources.go is a list of SCIM, by_index.go and by_key.go its two ways of
// paging, index_pages.go what helps clients that page by index, and fit.go
// pages that hold no more than fits.
//
// Errors are those of reading, and apierror.Invalid and apierror.Limit where
// the page asked for is none.
package list
