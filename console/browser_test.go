package console_test

import (
	_ "embed"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/feddir/feddir/console"
)

const (
	goodToken = "fda_good"
	badToken  = "fda_bad"

	editor   = "//*[contains(@class,'graphiql-query-editor')]//*[contains(@class,'monaco-editor')]"
	input    = "//*[contains(@class,'graphiql-query-editor')]//textarea"
	selectA  = "\ue009a\ue000" // Control-A, then all keys up
	execute  = "\ue009\ue007\ue000"
	signedIn = "//*[contains(.,'Signed in with')]/button"
)

//go:embed testdata/introspection.json
var introspection string

func TestPlaygroundInBrowser(t *testing.T) {
	t.Parallel()
	endpoint := &graphQL{
		operations:     make(chan string, 1),
		more:           make(chan string),
		left:           make(chan string, 1),
		introspections: make(chan string, 1),
		refusals:       make(chan string, 1),
	}
	server := httptest.NewServer(routes(endpoint))
	t.Cleanup(server.Close)
	b := startBrowser(t)

	b.open(server.URL + "/playground")
	b.find("//*[@role='status'][contains(.,'access token of an API key')]")
	b.find(editor)
	b.screenshot("signed-out")

	b.signIn(goodToken)
	received(t, endpoint.introspections)
	if len(endpoint.refusals) > 0 {
		t.Error("the page asked the server before it had a token")
	}
	b.click(editor)
	b.typeInto(input, selectA+"query Typed { viewer { name } }")
	b.screenshot("typed")
	b.typeInto(input, execute)
	if got := received(t, endpoint.operations); !strings.Contains(got, "Typed") {
		t.Errorf("the server got %q, not the typed query", got)
	}
	b.find(result("Ada"))
	b.screenshot("answered")

	b.click(editor)
	b.typeInto(input, selectA+"subscription Typed { told }") // the name of before, which the editor may still send
	b.typeInto(input, execute)
	tell(t, endpoint.more, "first")
	b.find(result("first"))
	tell(t, endpoint.more, "second")
	b.find(result("second"))
	b.screenshot("following")
	b.typeInto(input, execute) // which stops what goes on
	if got := received(t, endpoint.left); !strings.Contains(got, "told") {
		t.Errorf("the page left %q", got)
	}
	for _, entry := range b.logged("browser") {
		if entry.Level == "SEVERE" || entry.Level == "WARNING" {
			t.Errorf("console: %s %s", entry.Level, entry.Message)
		}
	}
	b.wantTokenInTabOnly(goodToken)

	b.click(signedIn)
	b.signIn(badToken)
	received(t, endpoint.refusals)
	b.find("//*[@role='alert'][contains(.,'refused')]")
	b.screenshot("refused")
	b.wantRequestsOnlyTo(server.URL)
}

// result finds text in the pane of results.
func result(text string) string {
	return "//section[contains(@class,'result-window')]//*[contains(text(),'" + text + "')]"
}

// received waits for the next document that the server got.
func received(t *testing.T, documents <-chan string) string {
	t.Helper()
	select {
	case document := <-documents:
		return document
	case <-time.After(time.Minute):
		t.Fatal("the page sent no such request")
		return ""
	}
}

// tell sends text to the page, which must listen.
func tell(t *testing.T, to chan<- string, text string) {
	t.Helper()
	select {
	case to <- text:
	case <-time.After(time.Minute):
		t.Fatal("the page does not listen")
	}
}

func (b *browser) signIn(token string) {
	b.t.Helper()
	b.typeInto("//input[@id='access-token']", token)
	b.click("//button[text()='Sign in']")
	b.find(signedIn)
}

// wantTokenInTabOnly checks that a token is kept for the tab and nowhere else.
func (b *browser) wantTokenInTabOnly(token string) {
	b.t.Helper()
	var kept struct{ Tab, Origin, Cookies string }
	b.run(`return {
		tab: JSON.stringify(sessionStorage),
		origin: JSON.stringify(localStorage),
		cookies: document.cookie,
	}`, &kept)
	if !strings.Contains(kept.Tab, token) {
		b.t.Error("the token is not kept for the tab")
	}
	if strings.Contains(kept.Origin+kept.Cookies, token) {
		b.t.Error("the token outlives the tab")
	}
}

// wantRequestsOnlyTo checks every request since the start of the browser.
func (b *browser) wantRequestsOnlyTo(origin string) {
	b.t.Helper()
	requests := 0
	for _, entry := range b.logged("performance") {
		var event struct {
			Message struct {
				Method string
				Params struct{ Request struct{ URL string } }
			}
		}
		if err := json.Unmarshal([]byte(entry.Message), &event); err != nil {
			b.t.Fatal(err)
		}
		if event.Message.Method != "Network.requestWillBeSent" {
			continue
		}
		target, err := url.Parse(event.Message.Params.Request.URL)
		if err != nil {
			b.t.Fatal(err)
		}
		switch {
		case target.Scheme == "data":
		case target.Scheme+"://"+target.Host == origin:
			requests++
		default:
			b.t.Errorf("request to %s", target)
		}
	}
	if requests == 0 {
		b.t.Error("no request was seen at all")
	}
}

// graphQL is an endpoint that knows one access token, one schema and one
// answer. Each channel holds the first document of its kind that is not yet received.
// What is sent to more is told to whoever has subscribed, until the page leaves.
type graphQL struct{ operations, introspections, refusals, more, left chan string }

func routes(endpoint *graphQL) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/playground", console.Playground())
	mux.Handle("/playground/", console.Playground())
	mux.Handle("POST /graphql", endpoint)
	return mux
}

func (g *graphQL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request struct{ Query string }
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.Header.Get("Authorization") != "Bearer "+goodToken:
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"errors":[{"message":"unauthenticated"}]}`)
		note(g.refusals, request.Query)
	case strings.Contains(request.Query, "__schema"):
		_, _ = io.WriteString(w, introspection)
		note(g.introspections, request.Query)
	case r.Header.Get("Accept") == "text/event-stream":
		g.tell(w, r)
		note(g.left, request.Query)
	default:
		_, _ = io.WriteString(w, `{"data":{"viewer":{"name":"Ada"}}}`)
		note(g.operations, request.Query)
	}
}

// tell writes an event stream (GraphQL over SSE), with the comments that keep it alive.
func (g *graphQL) tell(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		_, _ = io.WriteString(w, ":\n\n")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case text := <-g.more:
			_, _ = io.WriteString(w, "event: next\ndata: {\"data\":{\"told\":\""+text+"\"}}\n\n")
		}
	}
}

func note(documents chan<- string, document string) {
	select {
	case documents <- document:
	default:
	}
}
