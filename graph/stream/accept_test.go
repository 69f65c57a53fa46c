package stream_test

import (
	"net/http/httptest"
	"testing"

	"github.com/feddir/feddir/graph/stream"
)

func TestEventsAreForWhoWantsThemMost(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]bool{
		"":                                    false,
		"*/*":                                 false,
		"application/json":                    false,
		"text/event-stream":                   true,
		"text/event-stream, multipart/mixed":  true, // urql, of a subscription
		"text/event-stream, */*":              true,
		"text/event-stream;q=0":               false,
		"text/event-stream;q=x":               false,
		"application/json, text/event-stream": false,
		"application/json;q=0.5, text/event-stream": true,
		// urql, of a query
		"application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed": false,
	} {
		r := httptest.NewRequest("POST", "/graphql", nil)
		r.Header.Set("Accept", accept)
		if got := stream.IsStream(r); got != want {
			t.Errorf("%q: a stream is asked for: %v", accept, got)
		}
	}
}
