// Package stream serves GraphQL subscriptions: over WebSocket with the
// subprotocol graphql-transport-ws, and as an event stream in the "distinct
// connections mode" of GraphQL over SSE. A WebSocket takes queries and mutations
// too, within the bounds that they have by POST.
//
// A stream outlives every time-out of the server it runs in, so it has bounds
// of its own: how many there are, how long a client may take to say who it is,
// how long one write may take, and for how long a key goes on working.
package stream
