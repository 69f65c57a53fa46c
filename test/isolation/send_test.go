package isolation_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// request is the body of the operation's request with a value in its position.
// Who runs trusted documents only names the document.
func (o *operation) request(value any, named bool) map[string]any {
	body := map[string]any{"query": o.text, "variables": o.variables(value)}
	if named {
		delete(body, "query")
		digest := sha256.Sum256([]byte(o.text))
		body["extensions"] = map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hex.EncodeToString(digest[:])}}
	}
	return body
}

// send sends the operation over HTTP: for a subscription as one for an event
// stream.
func (o *operation) send(h http.Handler, c caller, value any) answer {
	if o.subscribes() {
		return listen(h, newGraphQL(o.request(value, c.trusted)), c.secret, o.answered())
	}
	return postGraphQL(h, c.secret, o.request(value, c.trusted))
}

func newGraphQL(body map[string]any) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(must(json.Marshal(body))))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func postGraphQL(h http.Handler, secret string, body map[string]any) answer {
	return do(h, newGraphQL(body), secret)
}

// listen is do for a subscription, which is open until its first event, or
// until it has told nothing for a while: longer where an event is expected.
func listen(h http.Handler, r *http.Request, secret string, expected bool) answer {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	patience := 30 * time.Millisecond
	if expected {
		patience = 10 * time.Second
	}
	r.Header.Set("Accept", "text/event-stream")
	w := &listener{ResponseRecorder: httptest.NewRecorder(), patience: patience, end: cancel}
	return doTo(h, r.WithContext(ctx), secret, w, w.ResponseRecorder)
}

// listener ends an event stream.
type listener struct {
	*httptest.ResponseRecorder
	patience time.Duration
	end      func()
}

// Flush is called after each event.
func (l *listener) Flush() {
	if strings.Contains(l.Body.String(), "event: next") {
		l.end()
	} else {
		time.AfterFunc(l.patience, l.end)
	}
}
