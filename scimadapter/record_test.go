package scimadapter_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/internal/records"
	"github.com/feddir/feddir/scimadapter"
)

// recording makes a directory's handler tell of each request.
func (d *directory) recording(cfg scimadapter.Config) *[]*records.Record {
	var all []*records.Record
	cfg.BaseURL = baseURL
	cfg.Record = func(_ *http.Request, rec *records.Record) { all = append(all, rec) }
	d.handler = scimadapter.New(d.ops, cfg)
	return &all
}

func TestRecord(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		all := d.recording(scimadapter.Config{})
		send := func(method, target, body string) *records.Record {
			t.Helper()
			d.send(d.ctx, method, target, body)
			return (*all)[len(*all)-1]
		}
		const patchOf = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[%s]}`
		user := send("POST", "/v2/Users", `{"userName":"Ada","active":true}`).TargetID.String()
		group := send("POST", "/v2/Groups", `{"displayName":"Crew"}`).TargetID.String()
		one, crew := "/v2/Users/"+user, "/v2/Groups/"+group
		guid := uuid.NewString()
		for _, c := range []struct {
			method, target, body, want string
			changed                    []string
		}{
			{"POST", "/v2/Users", `{"userName":"ada"}`, "/v2/Users CREATE REJECTED 409 uniqueness ada", nil},
			{"GET", one, "", "/v2/Users/{id} READ SUCCESS 200  Ada", nil},
			{"GET", "/v2/Users/" + guid, "", "/v2/Users/{id} READ REJECTED 404  ", nil},
			{"GET", "/v2/Users?filter=userName+eq+%22" + guid + "%22", "", "/v2/Users TEST_CONNECTION SUCCESS 200  " + guid, nil},
			{"GET", "/v2/Users?filter=externalId+eq+%22" + guid + "%22", "", "/v2/Users QUERY SUCCESS 200  " + guid, nil},
			{"GET", "/v2/Groups?filter=members+eq+%22" + user + "%22", "", "/v2/Groups QUERY SUCCESS 200  " + user, nil},
			{"GET", "/v2/Users?filter=userName+eq+%22ada%22", "", "/v2/Users QUERY SUCCESS 200  ada", nil},
			{"GET", "/v2/Users?filter=%28", "", "/v2/Users QUERY REJECTED 400 invalidFilter ", nil},
			{"GET", "/v2/Schemas", "", "/v2/Schemas DISCOVERY SUCCESS 200  ", nil},
			{"GET", "/v2/Me", "", "/v2/Me DISCOVERY REJECTED 501  ", nil},
			{"GET", "/v2/Nothing", "", " OTHER REJECTED 404  ", nil},
			{"BREW", "/v2/Users", "", "/v2/Users OTHER REJECTED 405  ", nil},
			{"PATCH", one, fmt.Sprintf(patchOf, `{"op":"replace","path":"title","value":"Pilot"}`), "/v2/Users/{id} UPDATE SUCCESS 200  Ada", []string{"title"}},
			{"PATCH", one, fmt.Sprintf(patchOf, `{"op":"replace","path":"title","value":"Pilot"}`), "/v2/Users/{id} UPDATE UNCHANGED 200  Ada", nil},
			{"PATCH", one, fmt.Sprintf(patchOf, `{"op":"replace","path":"active","value":"False"}`), "/v2/Users/{id} DISABLE SUCCESS 200  Ada", []string{"active"}},
			{"PATCH", one, fmt.Sprintf(patchOf, `{"op":"replace","path":"active","value":true}`), "/v2/Users/{id} ENABLE SUCCESS 200  Ada", []string{"active"}},
			{"PATCH", crew, fmt.Sprintf(patchOf, `{"op":"add","path":"members","value":[{"value":"`+user+`"}]}`), "/v2/Groups/{id} MEMBERSHIP SUCCESS 204  ", []string{"members"}},
			{"PATCH", crew, fmt.Sprintf(patchOf, `{"op":"add","path":"members","value":[{"value":"`+user+`"}]}`), "/v2/Groups/{id} MEMBERSHIP UNCHANGED 204  ", nil},
			{"DELETE", one, "", "/v2/Users/{id} DELETE SUCCESS 204  Ada", []string{"active", "userName"}},
		} {
			rec := send(c.method, c.target, c.body)
			got := fmt.Sprintf("%s %s %s %d %s %s", rec.Route, rec.Action, rec.Outcome, rec.Status, rec.SCIMType, rec.TargetLabel)
			if got != c.want {
				t.Errorf("%s %s: %q, want %q", c.method, c.target, got, c.want)
			}
			for _, name := range c.changed {
				if !slices.Contains(rec.Changed, name) {
					t.Errorf("%s %s: %v changed, want %v", c.method, c.target, rec.Changed, c.changed)
				}
			}
			if len(c.changed) == 0 && len(rec.Changed) > 0 || (rec.Detail != "") != (rec.Status >= 400) || rec.At.IsZero() {
				t.Errorf("%s %s: %+v", c.method, c.target, rec)
			}
		}
		rec := send("POST", "/v2/Users", `{"userName":"eve","shoeSize":"46"}`)
		if len(rec.Ignored) != 1 || rec.Ignored[0].Path != "shoeSize" {
			t.Errorf("ignored: %+v", rec.Ignored)
		}
	})
}

// A record costs no statement.
func TestRecordCostsNoStatement(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		cost := func() int {
			ctx, statements := sqlconn.CountStatements(d.ctx)
			d.send(ctx, "GET", "/v2/Users?filter=userName+eq+%22ada%22", "")
			return statements.N()
		}
		plain := cost()
		all := d.recording(scimadapter.Config{})
		if recorded := cost(); recorded != plain || len(*all) != 1 {
			t.Errorf("%d statements with a record, %d without", recorded, plain)
		}
	})
}

// E-163: a request without a turn is 429 and touches nothing.
func TestRefusedTurn(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		all := d.recording(scimadapter.Config{Admit: func(context.Context) (func(), time.Duration, error) { return nil, 1200 * time.Millisecond, nil }})
		w := d.send(d.ctx, "POST", "/v2/Users", `{"userName":"ada"}`)
		if refused(t, w); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "2" || (*all)[0].Outcome != "THROTTLED" {
			t.Errorf("%d %v %+v", w.Code, w.Header(), (*all)[0])
		}
		d.handler = scimadapter.New(d.ops, scimadapter.Config{BaseURL: baseURL})
		if w := d.send(d.ctx, "POST", "/v2/Users", `{"userName":"ada"}`); w.Code != http.StatusCreated {
			t.Errorf("it was made nevertheless: %d", w.Code)
		}
	})
}
