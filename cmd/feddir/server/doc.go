// Package server puts the parts together and serves them: the only place that
// knows all of them.
//
// To read in this order: server.go opens and stops a server, routes.go says
// what is served where, observe.go gives each request its id, its log line and
// its metrics (metrics.go); provisioning.go bounds what a key may send over
// SCIM, heavy.go how many heavy reads run at a time; streams.go serves
// subscriptions, jobs.go runs background work, endpoint.go is SCIM as the
// connection self-test calls it, expiring_keys.go warns of keys that expire soon.
//
// [Open] fails when an address is taken, the database cannot be opened or
// brought up to date, or a secret is too short; [Server.Serve] when requests had
// to be cut off.
package server
