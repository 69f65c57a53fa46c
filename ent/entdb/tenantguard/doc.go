// Package tenantguard checks every SQL statement below ent. A statement that
// touches a table of companies must bind the company or directory of every row it
// touches, and the bound value must be the viewer's. So a missing privacy rule, a
// raw query or a forgotten edge is an error and not a leak.
//
// A text is analyzed once and its plan is cached; running it again costs a
// look-up and a comparison. A text that names a table of companies and is not
// understood is refused.
//
// The files, in reading order:
//
//   - guard.go: the guard, which checks a statement by its plan
//   - plan.go: the plan of a text, its requirements
//   - token.go, parse.go, select.go, change.go: how a text is read
//   - equality.go: the columns that equal binds or other columns
//   - bind.go: whether a bound value is an id
//
// [Guard.Check] fails with a *[Violation].
package tenantguard
