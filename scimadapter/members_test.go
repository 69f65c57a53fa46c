package scimadapter_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/scimadapter"
)

// groupOf is a group of n members, read page by page; reading fails behind the
// first failAfter of them.
func groupOf(n, failAfter int) *broken {
	given := 0
	return &broken{
		group: &ent.Group{ID: schematype.NewID(schematype.TypeGroup), DisplayName: "All", MemberCount: int64(n), Version: 1},
		members: func(after uuid.UUID, limit int) ([]*ent.Membership, error) {
			if given >= failAfter {
				return nil, errors.New("the database is gone")
			}
			page := make([]*ent.Membership, min(limit, n-given))
			for i := range page {
				page[i] = &ent.Membership{MemberID: schematype.NewID(schematype.TypeUser)}
			}
			given += len(page)
			return page, nil
		},
	}
}

// chunks records what is written at once.
type chunks struct {
	httptest.ResponseRecorder
	longest int
}

func (c *chunks) Write(p []byte) (int, error) {
	c.longest = max(c.longest, len(p))
	return c.ResponseRecorder.Write(p)
}

// A group of any size is answered in bounded memory.
func TestMembersAreStreamed(t *testing.T) {
	t.Parallel()
	const n = 50_500
	ops := groupOf(n, n+1)
	w := &chunks{ResponseRecorder: *httptest.NewRecorder()}
	r := httptest.NewRequestWithContext(keyContext(t.Context()), "GET", "/v2/Groups/"+ops.group.ID.String(), nil)
	scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL}).ServeHTTP(w, r)
	var got struct {
		Members []struct{ Value, Type string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Members) != n || got.Members[n-1].Type != "User" {
		t.Errorf("%d members, %v", len(got.Members), err)
	}
	if w.longest > 80<<10 {
		t.Errorf("%d bytes written at once", w.longest)
	}
}

// Who is a member is told by the rows: a count that is wrong hides nobody.
func TestWrongCountHidesNoMember(t *testing.T) {
	t.Parallel()
	for _, count := range []int64{0, 1, 5000} {
		ops, w := groupOf(3, 4), httptest.NewRecorder()
		ops.group.MemberCount = count
		r := httptest.NewRequestWithContext(keyContext(t.Context()), "GET", "/v2/Groups/"+ops.group.ID.String(), nil)
		scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL}).ServeHTTP(w, r)
		var got struct{ Members []any }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Members) != 3 {
			t.Errorf("counted %d: %d members, %v", count, len(got.Members), err)
		}
	}
}

// E-164: an answer is not cut off for its length, only for standing still.
func TestLongAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		members int
		wait    time.Duration // for each thousand of them
		whole   bool
	}{
		"steady":        {20_000, 9 * time.Second, true},
		"standing":      {20_000, 11 * time.Second, false},
		"far too long":  {100_000, 9 * time.Second, false},
		"of no members": {0, 9 * time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ops := groupOf(c.members, c.members+1)
				ops.wait = func() { time.Sleep(c.wait) } // of the bubble's clock
				w := httptest.NewRecorder()
				r := httptest.NewRequestWithContext(keyContext(t.Context()), "GET", "/v2/Groups/"+ops.group.ID.String(), nil)
				cut := func() (cut bool) {
					defer func() { cut = recover() != nil }()
					scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL}).ServeHTTP(w, r)
					return false
				}()
				if whole := !cut && w.Code == 200; whole != c.whole {
					t.Errorf("status %d, cut off: %t", w.Code, cut)
				}
			})
		})
	}
}

// A client that does not take its answer is left.
func TestAnswerThatNobodyTakes(t *testing.T) {
	t.Parallel()
	ops := groupOf(1_000_000, 1_000_001)
	handler := scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL, Timeout: 50 * time.Millisecond})
	left := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		handler.ServeHTTP(w, r.WithContext(keyContext(r.Context())))
	}))
	t.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET /v2/Groups/%s HTTP/1.1\r\nHost: directory.test\r\n\r\n", ops.group.ID)
	select {
	case <-left:
	case <-time.After(30 * time.Second):
		t.Error("the server still waits")
	}
}

// An answer that fails on its way is cut off: a part must never be taken for
// the whole. One that fails before anything is sent is an error like any other.
func TestAnswerThatFailsHalfway(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		failAfter int
		cut       bool
	}{"at once": {0, false}, "later": {5000, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ops := groupOf(10_000, c.failAfter)
			handler := scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				handler.ServeHTTP(w, r.WithContext(keyContext(r.Context())))
			}))
			t.Cleanup(server.Close)
			resp, err := http.Get(server.URL + "/v2/Groups/" + ops.group.ID.String())
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			_, err = io.ReadAll(resp.Body)
			if cut := err != nil; cut != c.cut || !cut && (resp.StatusCode != 500 || resp.Header.Get("ETag") != "") {
				t.Errorf("status %d, %v", resp.StatusCode, err)
			}
		})
	}
}

// E-118, E-030: a client may name more members than one operation takes, ask for
// more users than a page has, and not say how many it wants.
func TestMoreThanOneOperationTakes(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: moves a thousand members at a time")
	}
	onEachDatabase(t, func(t *testing.T, d *directory) {
		ids := d.crew(t, member.Max+50)
		group := d.made(t, "/v2/Groups", `{"displayName":"All","members":`+members(ids)+`}`)
		count := func() (n int) {
			t.Helper()
			var got struct{ Members []any }
			if err := json.Unmarshal(d.send(d.ctx, "GET", "/v2/Groups/"+group, "").Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			return len(got.Members)
		}
		if got := count(); got != len(ids) {
			t.Errorf("%d members in a new group", got)
		}
		for _, step := range []struct {
			op   string
			want int
		}{{"Remove", 0}, {"Add", len(ids)}, {"Replace", len(ids)}} {
			w := d.send(d.ctx, "PATCH", "/v2/Groups/"+group, patchBody(`{"op":"`+step.op+`","path":"members","value":`+members(ids)+`}`))
			if got := count(); w.Code != 204 || got != step.want {
				t.Errorf("%s: %d %s, %d members", step.op, w.Code, w.Body, got)
			}
		}
		for query, want := range map[string]int{"?attributes=id&count=5000": 1000, "?attributes=id": 100} {
			if page := d.resources(t, "/v2/Users"+query); len(page) != want {
				t.Errorf("%s: a page of %d", query, len(page))
			}
		}
	})
}

// A page of groups with very many members is shorter than asked for.
func TestGroupsWithManyMembers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query string
		want  int
	}{{"", 1}, {"?attributes=members", 1}, {"?excludedAttributes=members", 4}, {"?attributes=displayName", 4}} {
		ops := groupOf(0, 1)
		for _, count := range []int64{30_000, 1, 1, 30_000} {
			ops.groups = append(ops.groups, &ent.Group{ID: schematype.NewID(schematype.TypeGroup), MemberCount: count})
		}
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(keyContext(t.Context()), "GET", "/v2/Groups"+c.query, nil)
		scimadapter.New(ops, scimadapter.Config{BaseURL: baseURL}).ServeHTTP(w, r)
		var got struct {
			TotalResults, ItemsPerPage int
			Resources                  []any
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.TotalResults != 4 || got.ItemsPerPage != c.want || len(got.Resources) != c.want {
			t.Errorf("%q: %d of %d, %v", c.query, got.ItemsPerPage, got.TotalResults, err)
		}
	}
}
