// Package mixin holds the traits that schemas share. A trait owns its fields,
// its indexes and its policy, so a schema that mixes it in cannot forget one.
//
//   - base.go: ids, times, versions, sources
//   - tenancy.go: the company and directory that a row belongs to
package mixin
