package graph_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/records"
)

// counts asks for the counts of the directory's records.
func (w *world) counts(t *testing.T, where *model.RequestRecordWhereInput) (counts []string, complete bool) {
	t.Helper()
	got, err := w.Query().RequestRecordCounts(w.api, w.directory.ID, where)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range got.Counts {
		more := ""
		if c.OrMore {
			more = " or more"
		}
		counts = append(counts, fmt.Sprint(c.Outcome, " ", c.Action, " ", c.Count, more))
	}
	slices.Sort(counts)
	return counts, got.Complete
}

func TestRecordsAreCountedByOutcomeAndAction(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "quay")
		for minute, of := range []struct {
			outcome requestrecord.Outcome
			action  requestrecord.Action
		}{{"SUCCESS", "CREATE"}, {"SUCCESS", "READ"}, {"SUCCESS", "READ"}, {"REJECTED", "CREATE"}, {"UNCHANGED", "UPDATE"}, {"FAILED", "CREATE"}} {
			w.record(t, minute, func(c *ent.RequestRecordCreate) {
				c.SetOutcome(of.outcome).SetAction(of.action).SetRoutine(of.action == "READ").SetTargetKey(fmt.Sprint("user", minute%3))
			})
		}
		since, target := recordedAt.Add(2*time.Minute), "User0"
		for name, c := range map[string]struct {
			where *model.RequestRecordWhereInput
			want  []string
		}{
			"all":      {nil, []string{"FAILED CREATE 1", "REJECTED CREATE 1", "SUCCESS CREATE 1", "SUCCESS READ 2", "UNCHANGED UPDATE 1"}},
			"changed":  {&model.RequestRecordWhereInput{ChangedOrFailed: new(true)}, []string{"FAILED CREATE 1", "REJECTED CREATE 1", "SUCCESS CREATE 1"}},
			"rest":     {&model.RequestRecordWhereInput{ChangedOrFailed: new(false)}, []string{"SUCCESS READ 2", "UNCHANGED UPDATE 1"}},
			"later":    {&model.RequestRecordWhereInput{Since: &since}, []string{"FAILED CREATE 1", "REJECTED CREATE 1", "SUCCESS READ 1", "UNCHANGED UPDATE 1"}},
			"problems": {&model.RequestRecordWhereInput{Outcome: []requestrecord.Outcome{"FAILED", "REJECTED", "FAILED"}}, []string{"FAILED CREATE 1", "REJECTED CREATE 1"}},
			"creation": {&model.RequestRecordWhereInput{Action: []requestrecord.Action{"CREATE"}}, []string{"FAILED CREATE 1", "REJECTED CREATE 1", "SUCCESS CREATE 1"}},
			"target":   {&model.RequestRecordWhereInput{Target: &target}, []string{"REJECTED CREATE 1", "SUCCESS CREATE 1"}},
		} {
			if got, complete := w.counts(t, c.where); !complete || !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
		}
		if _, err := w.Query().RequestRecordCounts(other.api, w.directory.ID, nil); dberror.CodeOf(err) != apierror.NotFound {
			t.Errorf("another company: %v", err)
		}
		if _, err := w.Query().RequestRecordCounts(w.scoped(t, viewer.ScopeRead), w.directory.ID, nil); dberror.CodeOf(err) != apierror.Forbidden {
			t.Errorf("without the scope: %v", err)
		}
	})
}

// What is too much to be counted is said to be more.
func TestManyRecordsAreNotAllCounted(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		writer := records.New(db, records.Config{Queue: 1 << 20})
		at := recordedAt
		add := func(n int, action requestrecord.Action, outcome requestrecord.Outcome) {
			for range n {
				at = at.Add(time.Millisecond)
				writer.Add(&records.Entry{CompanyID: w.company.ID, DirectoryID: w.directory.ID, Record: records.Record{
					At: at, Action: action, Outcome: outcome, Status: 200, Method: "PATCH",
				}})
			}
		}
		add(3, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS)
		add(2, requestrecord.ActionCREATE, requestrecord.OutcomeREJECTED)
		add(10_000, requestrecord.ActionUPDATE, requestrecord.OutcomeSUCCESS)
		add(10_001, requestrecord.ActionUPDATE, requestrecord.OutcomeUNCHANGED)
		if _, err := writer.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, complete := w.counts(t, nil)
		if want := []string{"REJECTED CREATE 2", "SUCCESS UPDATE 10000", "UNCHANGED UPDATE 10000 or more"}; complete || !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	})
}
