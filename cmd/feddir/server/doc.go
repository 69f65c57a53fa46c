// Package server puts all parts together and serves them.
//
// The files, in reading order:
//
//   - server.go: a server is opened, runs and stops
//   - routes.go: the paths, and who may reach them
//   - observe.go, metrics.go: the id, log line and metrics of each request
//   - provisioning.go, heavy.go: the limits of SCIM requests and of heavy reads
//   - streams.go: subscriptions
//   - jobs.go, expiring_keys.go: background work
//   - endpoint.go: SCIM for the connection self-test
//
// [Open] fails if an address is taken, the database cannot be opened or migrated,
// or a secret is too short; [Server.Serve] fails if requests had to be cut off.
package server
