// Package people is the lists of users and groups: in pages of GraphQL, in
// parts of SCIM, and of those that a search finds.
//
// In reading order: reader.go has what the lists are read with, pages.go the pages
// of GraphQL, filter.go what narrows them, totals.go how many there are of all,
// letters.go the letters they begin with,
// facets.go counts them by what they can be narrowed by, search.go the pages of a
// search, scim.go the lists of SCIM.
//
// Errors are *apierror.Error, or what dberror.Describe makes one of.
package people
