// Package simulate plays an identity provider's provisioning job against a SCIM 2.0 endpoint. It uses the endpoint
// over HTTP only, so it can test any server.
//
// The files, in reading order:
//
//   - simulate.go, flags.go, rates.go: the command and its flags
//   - source.go, load.go, generator.go, names.go, change.go: the source: read from a file, or generated, and changed
//   - attributes.go, mapping.go: which attribute of the source goes where
//   - cycle.go, connect.go, discover.go, export.go, reference.go, dialect.go: the cycles, as Entra runs them
//   - client.go, token.go, assertion.go, limiter.go, stage.go: requests, their tokens, and their rate
//   - answer.go: what every answer must have
//   - probe.go, probe_list.go, probe_version.go, probe_bulk.go: tests of optional features
//   - negative_tests.go: requests that must be refused, or must change nothing
//   - verify.go: the final comparison, and the cleanup
//   - report.go, latency.go, progress.go, summary.go: the results
//
// [Command] fails with a *[Failed] if answers were wrong or the directory differs from the source, and with any other
// error if the run did not start or did not end.
package simulate
