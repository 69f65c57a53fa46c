// Package tenantguard checks every SQL statement below ent: a statement that touches a
// company's table must bind the company or directory of every row it touches,
// and what it binds must be the viewer's. So a missing privacy rule, a raw
// query or an edge nobody thought of is an error, not a leak.
//
// A text is analysed once and its plan kept; running it again costs a look-up
// and a comparison. What is not understood and names a company's table is
// refused.
package tenantguard
