package isolation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/viewer"
)

// log is what the server logs.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// address returns an address that nobody listens on.
func address() string {
	l := must(net.Listen("tcp", "127.0.0.1:0"))
	defer l.Close()
	return l.Addr().String()
}

// remote talks to a running server over the network.
type remote struct {
	base   string
	http   *http.Client
	errors strings.Builder // every answer but those that hand a secret out
}

func (c *remote) do(method, path, authorization, kind, body string) string {
	r := must(http.NewRequest(method, c.base+path, strings.NewReader(body)))
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	r.Header.Set("Content-Type", kind)
	answer := must(c.http.Do(r))
	defer answer.Body.Close()
	return fmt.Sprintf("%d %v %s", answer.StatusCode, answer.Header, must(io.ReadAll(answer.Body)))
}

// ask keeps the answer, in which no secret may be.
func (c *remote) ask(method, path, authorization, kind, body string) {
	c.errors.WriteString(c.do(method, path, authorization, kind, body))
}

var secretText = regexp.MustCompile(`fd[a-z]_[0-9A-Za-z]{49}`)

// E-143: a secret is in the one answer that hands it out, and nowhere else: not in
// the log, however much that is told, nor in the database, the metrics or any
// other answer.
func TestSecretsAreNowhere(t *testing.T) {
	t.Parallel()
	w := build(t, dbtest.SQLite(t))
	file := strings.TrimPrefix(w.url, "sqlite:")
	api := w.apiKey(t, &w.ours, viewer.Scopes...)
	var logged log
	cfg := server.Config{Log: zerolog.New(&logged).Level(zerolog.TraceLevel)}
	var s *server.Server
	for attempts := 5; s == nil; attempts-- { // another process may take an address first
		var err error
		cfg.Listen, cfg.OpsListen = address(), address()
		if s, err = w.tryServe(t, cfg); err != nil && attempts == 0 {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- s.Serve(ctx) }()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c := &remote{base: "http://" + cfg.Listen, http: &http.Client{Transport: transport, Timeout: time.Minute}}

	query := func(text string) string {
		return c.do("POST", "/graphql", "Bearer "+api, "application/json", string(must(json.Marshal(map[string]string{"query": text}))))
	}
	handOut := func(text string) string {
		found := secretText.FindString(query(text))
		if found == "" {
			t.Fatalf("no secret in the answer to %s", text)
		}
		w.secrets = append(w.secrets, found)
		return found
	}
	directory := w.ours.directory.String()
	handOut(`mutation { createKey(input: {name: "k", directoryId: "` + directory + `"}) { accessToken key { id name prefix } } }`)
	handOut(`mutation { rotateKey(input: {id: "` + w.ours.key.String() + `"}) { accessToken key { id } predecessor { id } } }`)
	made := query(`mutation { createOAuthClient(input: {name: "c", directoryId: "` + directory + `"}) { clientSecret client { id } } }`)
	clientSecret := secretText.FindString(made)
	clientID := regexp.MustCompile(`"id":"([^"]+)"`).FindStringSubmatch(made)[1]
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {clientSecret}}
	token := secretText.FindString(c.do("POST", "/v2/Login/Oauth2/Token", "", "application/x-www-form-urlencoded", form.Encode()))
	if clientSecret == "" || token == "" {
		t.Fatalf("no client secret or no access token: %s", made)
	}
	w.secrets = append(w.secrets, clientSecret, token)

	for _, secret := range w.secrets {
		for _, authorization := range []string{"Bearer " + secret, "Basic " + secret, "Bearer " + secret + "x", secret} {
			c.ask("GET", "/v2/Users?count=2", authorization, "", "")
			c.ask("GET", "/v2/Users/"+secret, authorization, "", "")
			c.ask("GET", "/v2/Users?access_token="+secret, authorization, "", "")
			c.ask("GET", "/"+secret+"?token="+secret, authorization, "", "")
			c.ask("POST", "/v2/Users", authorization, "application/scim+json", `{"userName": 7, "password": "`+secret+`"`)
			c.ask("POST", "/graphql", authorization, "application/json", `{"query": "{ viewer { kind } keys { edges { node { name prefix lastUsedAgent } } } directories { edges { node { name } } } }"}`)
			c.ask("POST", "/graphql", authorization, "application/json", `{"query": "{ broken"}`)
			form.Set("client_secret", secret)
			c.ask("POST", "/v2/Login/Oauth2/Token", authorization, "application/x-www-form-urlencoded", form.Encode()+"x")
		}
	}
	ops := must(c.http.Get("http://" + cfg.OpsListen + "/metrics"))
	metrics := string(must(io.ReadAll(ops.Body)))
	ops.Body.Close()
	stop() // writes when keys were used
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}

	places := map[string]string{
		"the log": logged.String(), "the metrics": metrics, "an answer": c.errors.String(),
		"the database": strings.Join(w.dump(t), "\n"), "the database's file": string(must(os.ReadFile(file))),
	}
	for _, suffix := range []string{"-wal", "-journal"} {
		if raw, err := os.ReadFile(file + suffix); err == nil {
			places["the database's file"] += string(raw)
		}
	}
	for name, text := range places {
		if len(text) < 500 {
			t.Errorf("%s is all but empty: %q", name, text)
		}
		for _, secret := range w.secrets {
			// The start of a secret is kept, to tell keys apart.
			if body := secret[12:40]; strings.Contains(text, body) {
				at := strings.Index(text, body)
				t.Errorf("%s holds a secret %.4s…: %.200q", name, secret, text[max(0, at-150):at])
			}
		}
	}
	t.Logf("%d secrets", len(w.secrets))
}
