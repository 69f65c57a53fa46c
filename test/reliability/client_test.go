package reliability_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"
)

// client sends requests to one server with the keys of an installation.
type client struct {
	in    *installation
	base  string
	http  *http.Client
	agent string // its User-Agent, where it has one
}

func newClient(t testing.TB, in *installation, base string) *client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{in: in, base: base, http: &http.Client{Transport: transport, Timeout: 2 * time.Minute}}
}

// answer is what a request got.
type answer struct {
	status     int
	code       string // of a GraphQL error, or the scimType of a SCIM one
	retryAfter string
	allow      string
	body       []byte
}

// read puts the body into v.
func (a *answer) read(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
}

// scim sends a SCIM request. An error says that there was no whole answer.
func (c *client) scim(ctx context.Context, method, path string, body any) (*answer, error) {
	return c.send(ctx, method, "/v2"+path, c.in.Key.AccessToken, "application/scim+json", body, "")
}

// graphQL sends an operation.
func (c *client) graphQL(ctx context.Context, query string, variables any, idempotencyKey string) (*answer, error) {
	body := map[string]any{"query": query, "variables": variables}
	return c.send(ctx, "POST", "/graphql", c.in.APIKey.AccessToken, "application/json", body, idempotencyKey)
}

func (c *client) send(ctx context.Context, method, path, token, mediaType string, body any, idempotencyKey string) (*answer, error) {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		sent = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, sent)
	if err != nil {
		return nil, err
	}
	r.GetBody = nil // a lost answer is for the test to see, not for the transport
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", mediaType)
	if c.agent != "" {
		r.Header.Set("User-Agent", c.agent)
	}
	if idempotencyKey != "" {
		r.Header.Set("Idempotency-Key", idempotencyKey)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	a := &answer{status: resp.StatusCode, retryAfter: resp.Header.Get("Retry-After"), allow: resp.Header.Get("Allow"), body: text}
	var failed struct {
		ScimType string
		Errors   []struct{ Extensions struct{ Code string } }
	}
	if json.Unmarshal(text, &failed) == nil {
		a.code = failed.ScimType
		if len(failed.Errors) > 0 {
			a.code = failed.Errors[0].Extensions.Code
		}
	}
	return a, nil
}

// unavailable reports whether the client was told to come back later.
func (a *answer) unavailable() bool {
	return a.status == http.StatusServiceUnavailable || a.code == "UNAVAILABLE"
}

// done reports whether the request did what it says.
func (a *answer) done() bool { return a.status < 300 && a.code == "" }

// must is for requests that nothing disturbs.
func must(t testing.TB) func(*answer, error) *answer {
	return func(a *answer, err error) *answer {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if !a.done() {
			t.Fatalf("answered with %d: %s", a.status, a.body)
		}
		return a
	}
}

// id returns the id of the resource that a request was answered with.
func id(t testing.TB, a *answer) string {
	t.Helper()
	var made struct{ ID string }
	a.read(t, &made)
	return made.ID
}

// newGroup makes a group that both protocols may change: what is made over SCIM is
// the provider's own.
func (c *client) newGroup(t testing.TB, name string, members ...string) string {
	t.Helper()
	var made struct {
		Data struct {
			CreateGroup struct{ Group struct{ ID string } }
		}
	}
	input := map[string]any{"directoryId": c.in.Directory.ID, "displayName": name, "memberIds": members}
	must(t)(c.graphQL(t.Context(), `mutation($in: CreateGroupInput!) { createGroup(input: $in) { group { id } } }`, map[string]any{"in": input}, "")).read(t, &made)
	return made.Data.CreateGroup.Group.ID
}

func person(userName string) map[string]any {
	return map[string]any{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, "userName": userName}
}

func crew(displayName string, members ...string) map[string]any {
	refs := []map[string]string{}
	for _, m := range members {
		refs = append(refs, map[string]string{"value": m})
	}
	return map[string]any{
		"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:Group"}, "displayName": displayName, "members": refs,
	}
}

// patch is a SCIM PATCH of one operation; value may be nil.
func patch(op, path string, value any) map[string]any {
	operation := map[string]any{"op": op, "path": path}
	if value != nil {
		operation["value"] = value
	}
	return map[string]any{
		"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}, "Operations": []any{operation},
	}
}

func decode[T any](text []byte) (v T, err error) {
	err = json.Unmarshal(text, &v)
	return v, err
}
