package scimadapter_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/records"
	"github.com/feddir/feddir/scimadapter"
)

func bulkBody(operations ...string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[` + strings.Join(operations, ",") + `]}`
}

// As many operations as are allowed are carried out, whatever refers to whom.
func TestBulkOfThousand(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: carries out a thousand operations")
	}
	onEachDatabase(t, func(t *testing.T, d *directory) {
		d.handler = scimadapter.New(d.ops, scimadapter.Config{BaseURL: baseURL, Timeout: time.Hour})
		operations := make([]string, 1000)
		for i := range operations { // a chain of managers, in the order that is the worst for it
			operations[i] = fmt.Sprintf(`{"method":"POST","path":"/Users","bulkId":"u%d","data":{"userName":"user%d","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"bulkId:u%d"}}}}`, i, i, min(i+1, 999))
		}
		w := d.send(d.ctx, "POST", "/v2/Bulk", bulkBody(operations...))
		var answer struct {
			Operations []struct{ BulkID, Status string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || len(answer.Operations) != 1000 {
			t.Fatalf("%d results: %v", len(answer.Operations), err)
		}
		for i, op := range answer.Operations {
			if op.Status != "201" || op.BulkID != fmt.Sprint("u", i) {
				t.Fatalf("operation %d: %+v", i, op)
			}
		}
		if w := d.send(d.ctx, "GET", "/v2/Users?count=0&filter=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager+pr", ""); !strings.Contains(w.Body.String(), `"totalResults":1000`) {
			t.Errorf("%s", w.Body)
		}
	})
}

// Each operation leaves a record of its own, as the request it stands for
// would, beside that of the whole.
func TestBulkRecords(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		all := d.recording(scimadapter.Config{})
		const enterprise = `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`
		d.send(d.ctx, "POST", "/v2/Bulk", bulkBody(
			`{"method":"POST","path":"/Users","bulkId":"ada","data":{"userName":"Ada","shoeSize":"46"}}`,
			`{"method":"PATCH","path":"/Users/bulkId:ada","data":{"Operations":[{"op":"replace","path":"active","value":false}]}}`,
			`{"method":"POST","path":"/Groups","bulkId":"crew","data":{"displayName":"Crew"}}`,
			`{"method":"PATCH","path":"/Groups/bulkId:crew","data":{"Operations":[{"op":"add","path":"members","value":"bulkId:ada"}]}}`,
			`{"method":"post","path":"/Users","bulkId":"ben","data":{"userName":"Ben",`+enterprise+`:{"manager":{"value":"bulkId:cleo"}}}}`,
			`{"method":"POST","path":"/Users","bulkId":"cleo","data":{"userName":"Cleo",`+enterprise+`:{"manager":{"value":"bulkId:ben"}}}}`,
			`{"method":"POST","path":"/Users","bulkId":"dan","data":{"userName":"Dan",`+enterprise+`:{"manager":{"value":"bulkId:twice"}}}}`,
			`{"method":"POST","path":"/Users","bulkId":"twice","data":{"userName":"ADA",`+enterprise+`:{"manager":{"value":"bulkId:dan"}}}}`,
			`{"method":"DELETE","path":"/Groups/bulkId:crew"}`,
			`{"method":"DELETE","path":"/Groups/bulkId:nothing"}`,
			`{"method":"BREW","path":"/Users"}`,
		))
		var got []string
		for _, rec := range *all {
			got = append(got, fmt.Sprintf("%s %s %s %s %d %s %t %v %d", rec.Method, rec.Route, rec.Action, rec.Outcome, rec.Status, rec.TargetLabel, rec.TargetID != uuid.Nil, rec.Changed, len(rec.Ignored)))
		}
		want := []string{
			"POST /v2/Users CREATE SUCCESS 201 Ada true [active userName] 1",
			"PATCH /v2/Users/{id} DISABLE SUCCESS 200 Ada true [active] 0",
			"POST /v2/Groups CREATE SUCCESS 201 Crew true [displayName] 0",
			"PATCH /v2/Groups/{id} MEMBERSHIP SUCCESS 200  true [members] 0",
			"POST /v2/Users CREATE SUCCESS 201 Ben true [active manager userName] 0",
			"POST /v2/Users CREATE SUCCESS 201 Cleo true [active manager userName] 0",
			"POST /v2/Users CREATE REJECTED 409 Dan false [] 0",
			"POST /v2/Users CREATE REJECTED 409 ADA false [] 0",
			"DELETE /v2/Groups/{id} DELETE SUCCESS 204 Crew true [displayName] 0",
			"DELETE  OTHER REJECTED 400  false [] 0",
			"other  OTHER REJECTED 400  false [] 0",
			"POST /v2/Bulk OTHER SUCCESS 200  false [] 0",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// What an operation changed is found by its own id, also when another changed
// the same resource.
func TestBulkOperationsHaveIDs(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		var told []string
		d.handler = scimadapter.New(d.ops, scimadapter.Config{BaseURL: baseURL, Record: func(r *http.Request, rec *records.Record) {
			told = append(told, viewer.RequestID(r.Context())+" "+string(rec.Action))
		}})
		const enterprise = `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`
		send := func(requestID string) {
			d.send(viewer.WithRequestID(d.ctx, requestID), "POST", "/v2/Bulk", bulkBody(
				`{"method":"POST","path":"/Users","bulkId":"ada","data":{"userName":"ada"}}`,
				`{"method":"PATCH","path":"/Users/bulkId:ada","data":{"Operations":[{"op":"replace","path":"title","value":"Pilot"}]}}`,
				`{"method":"POST","path":"/Users","bulkId":"own","data":{"userName":"own",`+enterprise+`:{"manager":{"value":"bulkId:own"}}}}`,
				`{"method":"DELETE","path":"/Users/bulkId:ada"}`,
				`{"method":"DELETE","path":"/Users/bulkId:own"}`,
			))
		}
		send("request")
		want := []string{"request.1 CREATE", "request.2 UPDATE", "request.3 CREATE", "request.4 DELETE", "request.5 DELETE", "request OTHER"}
		if !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
		ctx := viewer.WithOperator(t.Context())
		changes := map[string]int{}
		for _, c := range d.db.Client(ctx).Change.Query().Where(change.DirectoryID(d.id)).AllX(ctx) {
			changes[c.RequestID]++
		}
		if len(changes) != 5 || changes["request.1"] != 1 || changes["request.2"] != 1 || changes["request.3"] != 2 {
			t.Errorf("changes %v", changes)
		}
		told = nil
		send(strings.Repeat("x", 63)) // there is no room for more
		if len(told) != 6 || told[0] != strings.Repeat("x", 63)+" CREATE" {
			t.Errorf("told %q", told)
		}
	})
}
