package records_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/directoryhealth"
	"github.com/feddir/feddir/ent/generated/provisioningcycle"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/jobs"
	"github.com/feddir/feddir/internal/records"
	"github.com/feddir/feddir/internal/scim/patch"
)

func onEachDatabase(t *testing.T, test func(t *testing.T, db *entdb.DB)) {
	dbtest.Each(t, func(t *testing.T, url string) { test(t, dbtest.Open(t, url)) })
}

func operator(t testing.TB) context.Context { return viewer.WithOperator(t.Context()) }

func newDirectory(t testing.TB, db *entdb.DB, company string) (d *ent.Directory) {
	t.Helper()
	err := db.InTx(operator(t), func(ctx context.Context) error {
		c, err := db.Client(ctx).Company.Create().SetShortName(company).SetShortNameKey(company).SetName(company).Save(ctx)
		if err != nil {
			return err
		}
		d, err = db.Client(ctx).Directory.Create().SetCompanyID(c.ID).SetName("People").Save(ctx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var start = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// entry is a request of a directory that was answered at a time.
func entry(d *ent.Directory, at time.Time, action requestrecord.Action, outcome requestrecord.Outcome) *records.Entry {
	status := map[requestrecord.Outcome]int{"SUCCESS": 200, "UNCHANGED": 200, "REJECTED": 400, "FAILED": 503, "THROTTLED": 429}[outcome]
	return &records.Entry{
		Record: records.Record{
			At: at, Duration: 1500 * time.Microsecond, Method: "PATCH", Route: "/v2/Users/{id}",
			Action: action, Outcome: outcome, Status: status, TargetLabel: "Ada@Harbor.example",
		},
		CompanyID: d.CompanyID, DirectoryID: d.ID, RequestID: "request-1", Address: "192.0.2.7", Agent: "Entra",
	}
}

func flush(t *testing.T, w *records.Writer) {
	t.Helper()
	if _, err := w.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func rows(t *testing.T, db *entdb.DB, d *ent.Directory) []*ent.RequestRecord {
	t.Helper()
	return db.Client(operator(t)).RequestRecord.Query().
		Where(requestrecord.DirectoryID(d.ID)).Order(requestrecord.ByID()).AllX(operator(t))
}

func health(t *testing.T, db *entdb.DB, d *ent.Directory) *ent.DirectoryHealth {
	t.Helper()
	return db.Client(operator(t)).DirectoryHealth.Query().Where(directoryhealth.DirectoryID(d.ID)).OnlyX(operator(t))
}

func TestRecordsAreWrittenAndCounted(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		harbor, quay := newDirectory(t, db, "harbor"), newDirectory(t, db, "quay")
		w := records.New(db, records.Config{})
		for i := range 1207 { // more than two batches, in no round number
			w.Add(entry(harbor, start.Add(time.Duration(i)*time.Millisecond), requestrecord.ActionUPDATE, requestrecord.OutcomeSUCCESS))
		}
		e := entry(quay, start, requestrecord.ActionUPDATE, requestrecord.OutcomeREJECTED)
		e.Detail, e.Agent = strings.Repeat("ü", 5000), "a\x00b\xff"+strings.Repeat("c", 5000)
		e.Changed, e.Ignored = []string{"title"}, []patch.Ignored{{Path: "x\x00y", Reason: patch.Reason("r")}}
		e.TargetID, e.KeyID = uuid.New(), uuid.New()
		w.Add(e)
		flush(t, w)
		if n, h := len(rows(t, db, harbor)), health(t, db, harbor); n != 1207 || h.RecordCount != 1207 || h.LatestCycle.Updated != 1207 {
			t.Errorf("%d records, health %v", n, h)
		}
		got := rows(t, db, quay)
		if len(got) != 1 || got[0].TargetKey != "ada@harbor.example" || len([]rune(got[0].Detail)) != 1000 || !strings.HasPrefix(got[0].Agent, "abcc") ||
			!slices.Equal(got[0].Changed, e.Changed) || got[0].Ignored[0].Path != "xy" || *got[0].KeyID != e.KeyID || got[0].DurationUs != 1500 {
			t.Errorf("%v", got)
		}
		if s := w.Stats(); s != (records.Stats{Written: 1208}) {
			t.Errorf("%+v", s)
		}
	})
}

// While the database is away records wait, then the newest are lost; how many
// is told by the next record.
func TestOutageIsSurvived(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		d := newDirectory(t, db, "harbor")
		w := records.New(db, records.Config{Queue: 100})
		away, cancel := context.WithCancel(t.Context())
		cancel()
		for range 250 {
			w.Add(entry(d, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		}
		if _, err := w.Flush(away); err == nil {
			t.Fatal("it was written though it could not be")
		}
		if s := w.Stats(); s != (records.Stats{Lost: 150, Waiting: 100}) {
			t.Errorf("%+v", s)
		}
		flush(t, w)
		w.Add(entry(d, start.Add(time.Second), requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		flush(t, w)
		var lost []int64
		for _, r := range rows(t, db, d) {
			if r.LostBefore > 0 {
				lost = append(lost, r.LostBefore)
			}
		}
		if n := len(rows(t, db, d)); n != 101 || !slices.Equal(lost, []int64{150}) {
			t.Errorf("%d records, lost %v", n, lost)
		}
	})
}

// A batch whose commit nobody heard the answer of is written once, and what
// came meanwhile is not taken for a part of it.
func TestUnheardBatchIsWrittenOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		d := newDirectory(t, db, "harbor")
		w := records.New(db, records.Config{})
		add := func(n int) {
			for range n {
				w.Add(entry(d, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
			}
		}
		add(10)
		if err := w.WriteUnacknowledged(t.Context()); err != nil {
			t.Fatal(err)
		}
		add(5)
		flush(t, w)
		if n, h := len(rows(t, db, d)), health(t, db, d); n != 15 || h.RecordCount != 15 || w.Stats().Lost != 0 {
			t.Errorf("%d records, counted %d, lost %d", n, h.RecordCount, w.Stats().Lost)
		}
	})
}

// A full batch is written at once, and what is left of it with the next tick.
// The clock is the test's; PostgreSQL's connections would go by another.
func TestFullBatchIsWrittenBeforeTheTick(t *testing.T) {
	t.Parallel()
	url := dbtest.SQLite(t)
	synctest.Test(t, func(t *testing.T) {
		db := dbtest.Open(t, url)
		d := newDirectory(t, db, "harbor")
		w := records.New(db, records.Config{Every: time.Minute})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { jobs.New(w.Jobs()...).Run(ctx); close(ended) }()
		synctest.Wait() // the first tick comes a minute from here
		for range records.BatchSize + 10 {
			w.Add(entry(d, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		}
		synctest.Wait()
		if s := w.Stats(); s != (records.Stats{Written: records.BatchSize, Waiting: 10}) {
			t.Errorf("before the tick: %+v", s)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if s := w.Stats(); s != (records.Stats{Written: records.BatchSize + 10}) {
			t.Errorf("after the tick: %+v", s)
		}
		stop()
		<-ended
	})
}

func TestRunWritesTheRestWhenItEnds(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		d := newDirectory(t, db, "harbor")
		w := records.New(db, records.Config{Every: time.Hour})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { jobs.New(w.Jobs()...).Run(ctx); close(ended) }()
		w.Add(entry(d, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		stop()
		<-ended
		if n := len(rows(t, db, d)); n != 1 {
			t.Errorf("%d records", n)
		}
	})
}

func TestRecordsOfADirectoryThatIsGone(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		gone, kept := newDirectory(t, db, "gone"), newDirectory(t, db, "kept")
		w := records.New(db, records.Config{Now: func() time.Time { return start }})
		for _, d := range []*ent.Directory{gone, kept} {
			w.Add(entry(d, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		}
		flush(t, w)
		remove := func(ctx context.Context) error {
			_, err := db.Client(ctx).Directory.Delete().Where(directory.ID(gone.ID)).Exec(ctx)
			return err
		}
		if err := db.InTx(operator(t), remove); err != nil {
			t.Fatal(err)
		}
		w.Add(entry(gone, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		flush(t, w)
		if _, err := w.ApplyRetention(t.Context()); err != nil {
			t.Fatal(err)
		}
		left := db.Client(operator(t)).DirectoryHealth.Query().Where(directoryhealth.DirectoryID(gone.ID)).CountX(operator(t))
		if n := len(rows(t, db, gone)); n != 0 || left != 0 || len(rows(t, db, kept)) != 1 {
			t.Errorf("%d records and %d health of what is gone are left", n, left)
		}
		w.Add(entry(gone, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		w.Add(entry(kept, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		flush(t, w)
		if len(rows(t, db, gone)) != 0 || len(rows(t, db, kept)) != 2 {
			t.Error("a directory that is gone gets records, or takes those of others with it")
		}
	})
}

func TestRetention(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		d := newDirectory(t, db, "harbor")
		now := start.Add(48 * time.Hour)
		w := records.New(db, records.Config{Keep: 24 * time.Hour, MaxPerDirectory: 1500, Now: func() time.Time { return now }})
		for range 2100 {
			w.Add(entry(d, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		}
		for i := range 2600 {
			w.Add(entry(d, now.Add(time.Duration(i)*time.Second), requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		}
		flush(t, w)
		n, err := w.ApplyRetention(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left := rows(t, db, d)
		if n != 3200 || len(left) != 1500 || health(t, db, d).RecordCount != 1500 {
			t.Fatalf("%d deleted, %d left, counted %d", n, len(left), health(t, db, d).RecordCount)
		}
		if first := now.Add(1100 * time.Second); !left[0].At.Equal(first) {
			t.Errorf("the oldest left is of %v, want %v", left[0].At, first)
		}
	})
}

// What cannot be deleted of one directory does not keep the records of others.
func TestRetentionOfOneDirectoryFails(t *testing.T) {
	t.Parallel()
	broken, failure := uuid.Nil, errors.New("it cannot be deleted")
	config := dbtest.Patient(dbtest.SQLite(t))
	config.Guard = func(_ context.Context, query string, args []any) error {
		if broken != uuid.Nil && strings.HasPrefix(query, "DELETE FROM request_records") && strings.Contains(fmt.Sprint(args), broken.String()) {
			return failure
		}
		return nil
	}
	db, err := entdb.OpenCurrent(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	first, second := newDirectory(t, db, "first"), newDirectory(t, db, "second")
	w := records.New(db, records.Config{Keep: time.Hour, Now: func() time.Time { return start.Add(48 * time.Hour) }})
	for _, d := range []*ent.Directory{first, second} {
		w.Add(entry(d, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
	}
	flush(t, w)
	broken = first.ID
	if n, err := w.ApplyRetention(t.Context()); n != 1 || !errors.Is(err, failure) {
		t.Errorf("%d records deleted: %v", n, err)
	}
	if len(rows(t, db, first)) != 1 || len(rows(t, db, second)) != 0 {
		t.Error("the wrong records are left")
	}
}

func TestCycles(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		d := newDirectory(t, db, "harbor")
		w := records.New(db, records.Config{})
		at := start
		add := func(action requestrecord.Action, outcome requestrecord.Outcome, after time.Duration) {
			at = at.Add(after)
			e := entry(d, at, action, outcome)
			if action == requestrecord.ActionDISABLE {
				e.Ignored = []patch.Ignored{{Path: "x"}}
			}
			w.Add(e)
		}
		add("TEST_CONNECTION", "SUCCESS", 0)
		add("TEST_CONNECTION", "SUCCESS", time.Second)
		add("CREATE", "SUCCESS", time.Second)
		add("UPDATE", "UNCHANGED", 4*time.Minute)
		flush(t, w)
		add("DISABLE", "SUCCESS", time.Second)
		add("DELETE", "SUCCESS", time.Second)
		add("CREATE", "REJECTED", time.Second)
		add("READ", "SUCCESS", 5*time.Minute) // the second: after a pause
		add("CREATE", "FAILED", time.Second)
		add("TEST_CONNECTION", "SUCCESS", time.Second) // the third: the connection is tested
		flush(t, w)
		h := health(t, db, d)
		if c := h.PreviousCycle; c.Requests != 2 || c.Failed != 1 {
			t.Errorf("the second cycle: %+v", c)
		}
		if c := h.LatestCycle; c.Requests != 1 || c.Probes != 1 {
			t.Errorf("the third cycle: %+v", c)
		}
		var stored []string
		for _, row := range db.Client(operator(t)).ProvisioningCycle.Query().Where(provisioningcycle.DirectoryID(d.ID)).Order(provisioningcycle.ByID()).AllX(operator(t)) {
			c := row.Cycle
			stored = append(stored, fmt.Sprint(c.Requests, c.Created, c.Updated, c.Disabled, c.Unchanged, c.Deleted, c.Failed, c.Ignored))
		}
		if want := []string{"7 1 1 1 1 1 1 1", "2 0 0 0 0 0 1 0", "1 0 0 0 0 0 0 0"}; !slices.Equal(stored, want) {
			t.Errorf("cycles are stored as %q, want %q", stored, want)
		}
		if hour := h.Hours[0]; hour.Requests != 10 || hour.Changed != 3 || hour.Unchanged != 1 || hour.Failed != 2 {
			t.Errorf("%+v", hour)
		}
		if h.LastErrorAt == nil || !h.LastRequestAt.Equal(at) || !h.LastSuccessAt.Equal(at) {
			t.Errorf("%v", h)
		}
	})
}

// Cycles are deleted with the records, and what is too many of them before.
func TestRetentionOfCycles(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		d, gone := newDirectory(t, db, "harbor"), newDirectory(t, db, "gone")
		now := start
		w := records.New(db, records.Config{Keep: 90 * 24 * time.Hour, Now: func() time.Time { return now }})
		for i := range records.CyclesKept + 5 {
			w.Add(entry(d, start.Add(time.Duration(i)*10*time.Minute), requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		}
		w.Add(entry(gone, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
		flush(t, w)
		err := db.InTx(operator(t), func(ctx context.Context) error {
			_, err := db.Client(ctx).Directory.Delete().Where(directory.ID(gone.ID)).Exec(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		kept := func() int {
			t.Helper()
			if _, err := w.ApplyRetention(t.Context()); err != nil {
				t.Fatal(err)
			}
			return db.Client(operator(t)).ProvisioningCycle.Query().Where(provisioningcycle.DirectoryID(d.ID)).CountX(operator(t))
		}
		if n := kept(); n != records.CyclesKept {
			t.Errorf("%d cycles are kept", n)
		}
		now = start.Add(90*24*time.Hour + 145*time.Minute)
		if n := kept(); n != records.CyclesKept-10 {
			t.Errorf("%d cycles are kept when some are old", n)
		}
		if n := db.Client(operator(t)).ProvisioningCycle.Query().Where(provisioningcycle.DirectoryID(gone.ID)).CountX(operator(t)); n != 0 {
			t.Errorf("%d cycles of what is gone are left", n)
		}
	})
}

func TestFirstCycleIsCounted(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		d := newDirectory(t, db, "harbor")
		w := records.New(db, records.Config{})
		for action, outcome := range map[requestrecord.Action]requestrecord.Outcome{
			"CREATE": "SUCCESS", "DISABLE": "SUCCESS", "ENABLE": "SUCCESS", "MEMBERSHIP": "SUCCESS", "UPDATE": "UNCHANGED",
			"DELETE": "SUCCESS", "QUERY": "REJECTED",
		} {
			w.Add(entry(d, start, action, outcome))
		}
		missing := entry(d, start, requestrecord.ActionREAD, requestrecord.OutcomeREJECTED)
		missing.Status = 404
		w.Add(missing)
		flush(t, w)
		c := health(t, db, d).LatestCycle
		if got := fmt.Sprint(c.Requests, c.Created, c.Updated, c.Unchanged, c.Deleted, c.Failed); got != "8 1 3 1 1 1" {
			t.Errorf("requests, created, updated, unchanged, deleted, failed: %s", got)
		}
	})
}

// Two replicas write at the same time and count each other's requests not away.
func TestReplicasCountTogether(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		harbor, quay := newDirectory(t, db, "harbor"), newDirectory(t, db, "quay")
		failed := make(chan error, 4)
		for range 4 {
			go func() {
				w := records.New(db, records.Config{})
				for range 300 {
					w.Add(entry(harbor, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
					w.Add(entry(quay, start, requestrecord.ActionREAD, requestrecord.OutcomeSUCCESS))
				}
				_, err := w.Flush(zerolog.New(zerolog.NewTestWriter(t)).WithContext(t.Context()))
				failed <- err
			}()
		}
		for range 4 {
			if err := <-failed; err != nil {
				t.Fatal(err)
			}
		}
		for _, d := range []*ent.Directory{harbor, quay} {
			if h := health(t, db, d); h.RecordCount != 1200 || h.LatestCycle.Requests != 1200 || h.Hours[0].Requests != 1200 {
				t.Errorf("%v", h)
			}
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	w := records.New(dbtest.Open(b, dbtest.SQLite(b)), records.Config{Queue: 1 << 30})
	d := &ent.Directory{ID: uuid.New(), CompanyID: uuid.New()}
	b.ReportAllocs()
	for b.Loop() {
		w.Add(entry(d, start, requestrecord.ActionUPDATE, requestrecord.OutcomeSUCCESS))
	}
}

func BenchmarkFlush500(b *testing.B) {
	db := dbtest.Open(b, dbtest.SQLite(b))
	d := newDirectory(b, db, "harbor")
	w := records.New(db, records.Config{})
	for b.Loop() {
		for range 500 {
			w.Add(entry(d, start, requestrecord.ActionUPDATE, requestrecord.OutcomeSUCCESS))
		}
		if _, err := w.Flush(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
