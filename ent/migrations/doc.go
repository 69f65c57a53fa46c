// Package migrations holds the versioned migrations of both databases. What they
// are planned from is in its package tables.
package migrations
