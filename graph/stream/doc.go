// Package stream serves GraphQL subscriptions: over WebSocket with the
// subprotocol graphql-transport-ws, and as an event stream in the "distinct
// connections mode" of GraphQL over SSE. A WebSocket takes queries and mutations
// too, within the limits of POST.
//
// A stream outlives the server's time-outs, so it has limits of its own: the
// number of streams, the time until a client authenticates, the time of one
// write, and how soon a revoked key ends it.
//
// The files, in reading order:
//
//   - hub.go: the settings, and the counts of all streams
//   - websocket.go, handshake.go, session.go: WebSockets
//   - sse.go: event streams
//   - operation.go: one operation on either
//   - ending.go: the error that a subscription ends with
//
// [Hub.Stop] fails with the error of its context; clients are shown errors of
// package apierror.
package stream
