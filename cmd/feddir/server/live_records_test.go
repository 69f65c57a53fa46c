package server_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/viewer"
)

const recordsSubscription = `subscription($directory: ID!, $after: Cursor) {
  requestRecords(directoryId: $directory, after: $after) { cursor node { status } }
}`

// told is a request record as a subscription tells it.
type told struct {
	RequestRecords struct {
		Cursor string
		Node   struct{ Status int }
	}
}

func (s *socket) wantRecord(t *testing.T) (r told) {
	t.Helper()
	answer := struct{ Data *told }{&r}
	if err := json.Unmarshal(s.want(t, "next", "cursor").Payload, &answer); err != nil {
		t.Fatal(err)
	}
	return r
}

// Requests are told where they were answered and elsewhere, each once, also to
// who comes back with a cursor, until the directory is deleted.
func TestRequestRecordsAreTold(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: waits until records are told")
	}
	onReplicas(t, func(t *testing.T, r *replicas) {
		k := newTenant(t, r, "harbor")
		// Records are told five seconds after their time. One that is written
		// later than that, by a machine that was held up, is not.
		for attempt := 1; ; attempt++ {
			get(t, r.get(0).URL()+"/v2/Schemas", k.directory)
			variables := map[string]any{"directory": k.directoryID, "after": recordsWritten(t, r, k, attempt*3-2)}
			s := mustConnect(t, r.get(len(r.running)-1).URL(), k.api)
			s.mustSubscribe(t, recordsSubscription, variables)
			sent := time.Now()
			get(t, r.get(0).URL()+"/v2/Users/nobody", k.directory)
			get(t, r.get(0).URL()+"/v2/Users", k.directory)
			recordsWritten(t, r, k, attempt*3)
			if time.Since(sent) < 4*time.Second || attempt == 5 {
				recordsAreTold(t, r, k, s)
				return
			}
		}
	})
}

// recordsAreTold wants two records from a subscription, and then its end.
func recordsAreTold(t *testing.T, r *replicas, k *tenant, s *socket) {
	t.Helper()
	first, second := s.wantRecord(t), s.wantRecord(t)
	if statuses := []int{first.RequestRecords.Node.Status, second.RequestRecords.Node.Status}; slices.Max(statuses) != 404 || slices.Min(statuses) != 200 {
		t.Errorf("told of requests answered with %v", statuses)
	}
	again := mustConnect(t, r.get(0).URL(), k.api)
	again.mustSubscribe(t, recordsSubscription, map[string]any{"directory": k.directoryID, "after": first.RequestRecords.Cursor})
	if got := again.wantRecord(t); got != second {
		t.Errorf("after %+v told %+v, want %+v", first, got, second)
	}
	k.mustDeleteDirectory(t, r)
	s.want(t, "complete", "")
	again.want(t, "complete", "")
}

// untilRecorded waits until n records are written.
func untilRecorded(t *testing.T, s *server.Server, n int) {
	t.Helper()
	ctx, written := viewer.WithOperator(t.Context()), 0
	for deadline := time.Now().Add(patience); written < n; {
		var err error
		if written, err = s.DB().Client(ctx).RequestRecord.Query().Count(ctx); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d records are written, want %d", written, n)
		}
	}
}

// recordsWritten waits until n records are written and returns the cursor of
// the latest.
func recordsWritten(t *testing.T, r *replicas, k *tenant, n int) string {
	t.Helper()
	untilRecorded(t, r.get(0), n)
	var answer struct {
		Directory struct {
			RequestRecords struct {
				Edges []struct{ Cursor string }
			}
		}
	}
	ask(t, r.get(0).URL(), k.api, `query($id: ID!) { directory(id: $id) { requestRecords(first: 1) { edges { cursor } } } }`,
		map[string]any{"id": k.directoryID}, &answer)
	return answer.Directory.RequestRecords.Edges[0].Cursor
}
