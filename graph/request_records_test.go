package graph_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

var recordedAt = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// record writes a record of the directory that was answered some minutes after recordedAt.
func (w *world) record(t *testing.T, minute int, f func(*ent.RequestRecordCreate)) *ent.RequestRecord {
	t.Helper()
	at := recordedAt.Add(time.Duration(minute) * time.Minute)
	return inTx(t, w.db, func(ctx context.Context) (*ent.RequestRecord, error) {
		c := w.db.Client(ctx).RequestRecord.Create().SetID(schematype.NewIDAt(schematype.TypeRequestRecord, at)).
			SetCompanyID(w.company.ID).SetDirectoryID(w.directory.ID).SetAt(at).SetMethod("PATCH").SetRoute("/v2/Users/{id}").
			SetAction(requestrecord.ActionUPDATE).SetOutcome(requestrecord.OutcomeSUCCESS).
			SetTargetKey("").SetStatus(200).SetDurationUs(1500)
		f(c)
		return c.Save(ctx)
	})
}

// scoped returns a context of an API key of the company with some scopes.
func (w *world) scoped(t *testing.T, scopes ...viewer.Scope) context.Context {
	return viewer.NewContext(t.Context(), viewer.Viewer{
		Kind: viewer.APIKey, CompanyID: w.company.ID, KeyID: schematype.NewID(schematype.TypeKey), Scopes: scopes, Source: viewer.SourceAPI,
	})
}

func (w *world) records(t *testing.T, after *string, first int, where *model.RequestRecordWhereInput) *model.RequestRecordConnection {
	t.Helper()
	page, err := w.Directory().RequestRecords(w.api, w.directory, after, &first, nil, nil, where)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func minutes(page *model.RequestRecordConnection) (at []int) {
	for _, e := range page.Edges {
		at = append(at, int(e.Node.At.Sub(recordedAt)/time.Minute))
	}
	return at
}

func TestRequestRecordsAreFilteredNewestFirst(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		key, target := uuid.New(), uuid.New()
		w.record(t, 0, func(c *ent.RequestRecordCreate) { c.SetAction("CREATE").SetStatus(201) })
		w.record(t, 1, func(c *ent.RequestRecordCreate) {
			c.SetOutcome("REJECTED").SetStatus(409).SetTargetKey(schematype.Fold("Ada@harbor.example"))
		})
		w.record(t, 2, func(c *ent.RequestRecordCreate) { c.SetKeyID(key).SetTargetID(target) })
		w.record(t, 3, func(c *ent.RequestRecordCreate) { c.SetOutcome("FAILED").SetStatus(503) })
		text := func(s string) *string { return &s }
		number := func(n int) *int { return &n }
		minute := func(n int) *time.Time { at := recordedAt.Add(time.Duration(n) * time.Minute); return &at }
		for name, c := range map[string]struct {
			where *model.RequestRecordWhereInput
			want  []int
		}{
			"all":      {nil, []int{3, 2, 1, 0}},
			"outcome":  {&model.RequestRecordWhereInput{Outcome: []requestrecord.Outcome{"REJECTED", "FAILED"}}, []int{3, 1}},
			"action":   {&model.RequestRecordWhereInput{Action: []requestrecord.Action{"CREATE"}}, []int{0}},
			"target":   {&model.RequestRecordWhereInput{Target: text("ADA@Harbor.example")}, []int{1}},
			"targetId": {&model.RequestRecordWhereInput{TargetID: &target}, []int{2}},
			"status":   {&model.RequestRecordWhereInput{StatusMin: number(400), StatusMax: number(499)}, []int{1}},
			"below":    {&model.RequestRecordWhereInput{StatusMin: number(200), StatusMax: number(200)}, []int{2}},
			"time":     {&model.RequestRecordWhereInput{Since: minute(1), Until: minute(3)}, []int{2, 1}},
			"key":      {&model.RequestRecordWhereInput{KeyID: &key}, []int{2}},
			"changed":  {&model.RequestRecordWhereInput{ChangedOrFailed: new(true)}, []int{3, 2, 1, 0}},
			"rest":     {&model.RequestRecordWhereInput{ChangedOrFailed: new(false)}, nil},
			"nobody":   {&model.RequestRecordWhereInput{Target: text("nobody")}, nil},
		} {
			if got := minutes(w.records(t, nil, 10, c.where)); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		first := w.records(t, nil, 3, nil)
		rest := w.records(t, first.PageInfo.EndCursor, 3, nil)
		if !slices.Equal(minutes(first), []int{3, 2, 1}) || !first.PageInfo.HasNextPage || !slices.Equal(minutes(rest), []int{0}) || rest.PageInfo.HasNextPage {
			t.Errorf("pages %v and %v", minutes(first), minutes(rest))
		}
	})
}

// Records of requests that only read are in no index but that of the ids.
func TestTargetFindsWhatOnlyReadToo(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		for minute := range 7 {
			w.record(t, minute, func(c *ent.RequestRecordCreate) {
				c.SetTargetKey([]string{"ada", "ada", "ben"}[minute%3])
				if minute%2 == 0 {
					c.SetAction("READ").SetRoutine(true)
				}
			})
		}
		ada := "Ada"
		where := &model.RequestRecordWhereInput{Target: &ada}
		first := w.records(t, nil, 3, where)
		rest := w.records(t, first.PageInfo.EndCursor, 3, where)
		if !slices.Equal(minutes(first), []int{6, 4, 3}) || !first.PageInfo.HasNextPage || !slices.Equal(minutes(rest), []int{1, 0}) || rest.PageInfo.HasNextPage {
			t.Errorf("pages %v and %v", minutes(first), minutes(rest))
		}
		two := 2
		last, err := w.Directory().RequestRecords(w.api, w.directory, nil, nil, nil, &two, where)
		if err != nil || !slices.Equal(minutes(last), []int{1, 0}) || !last.PageInfo.HasPreviousPage {
			t.Errorf("the last two: %v, %v", minutes(last), err)
		}
		where.Outcome, where.Action = []requestrecord.Outcome{"SUCCESS"}, []requestrecord.Action{"UPDATE"}
		if got := minutes(w.records(t, nil, 10, where)); !slices.Equal(got, []int{3, 1}) {
			t.Errorf("updates of ada: %v", got)
		}
	})
}

func TestRequestRecordsNeedTheirScope(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "quay")
		rec := w.record(t, 0, func(*ent.RequestRecordCreate) {})
		for name, ctx := range map[string]context.Context{
			"without the scope": w.scoped(t, viewer.ScopeRead, viewer.ScopeWrite, viewer.ScopeKeys),
			"the directory key": w.scim,
		} {
			_, err := w.Directory().RequestRecords(ctx, w.directory, nil, nil, nil, nil, nil)
			if dberror.CodeOf(err) != apierror.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		page, err := w.Directory().RequestRecords(other.api, w.directory, nil, nil, nil, nil, nil)
		if err != nil || len(page.Edges) != 0 {
			t.Errorf("another company: %v, %v", page, err)
		}
		if found, err := w.Query().Node(w.api, rec.ID); found == nil || err != nil {
			t.Errorf("its own node: %v, %v", found, err)
		}
		if found, err := w.Query().Node(other.api, rec.ID); found != nil || err != nil {
			t.Errorf("another company's node: %v, %v", found, err)
		}
	})
}

// A record tells what its request changed, with values, and what it meant.
func TestRequestRecordTellsWhatChanged(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		u := w.mustCreateUser(t, "ada")
		v, _ := viewer.FromContext(w.scim)
		ctx, effects := feed.WithEvents(viewer.WithRequestID(w.scim, "request-1"))
		if _, err := w.ModifyUser(ctx, u.ID, nil, func(a *schematype.UserAttributes) error { *a = person("eve"); return nil }); err != nil {
			t.Fatal(err)
		}
		changed := effects.All()
		if len(changed) != 1 || changed[0].ID != u.ID || !slices.Contains(changed[0].Attributes(), "userName") {
			t.Fatalf("effects %v", changed)
		}
		now := schematype.Now()
		rec := &ent.RequestRecord{
			CompanyID: w.company.ID, DirectoryID: w.directory.ID, At: now, RequestID: "request-1", KeyID: &v.KeyID,
			TargetID: &u.ID, Changed: changed[0].Attributes(),
		}
		changes, err := w.RequestRecord().Changes(w.api, rec)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(changes, func(c model.AttributeChange) bool { return c.Path == "userName" })
		if i < 0 || string(changes[i].Before) != `"ada"` || string(changes[i].After) != `"eve"` {
			t.Errorf("%v", changes)
		}
		target, err := w.RequestRecord().Target(w.api, rec)
		if found, ok := target.(*ent.User); err != nil || !ok || found.UserName != "eve" {
			t.Errorf("%v, %v", target, err)
		}
		rec.RequestID = "another"
		if changes, err := w.RequestRecord().Changes(w.api, rec); err != nil || len(changes) != 0 {
			t.Errorf("another request's: %v, %v", changes, err)
		}
	})
}

func TestEffectsOfWhatWasRolledBackAreNone(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ctx, effects := feed.WithEvents(w.scim)
		_ = w.InTx(ctx, func(ctx context.Context) error {
			if _, err := w.CreateUser(ctx, model.CreateUserInput{DirectoryID: w.directory.ID, UserAttributes: person("ada")}); err != nil {
				t.Error(err)
			}
			return context.Canceled
		})
		if all := effects.All(); len(all) != 0 {
			t.Errorf("%v", all)
		}
	})
}

func TestHealthOverGraphQL(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		now := recordedAt
		r := graph.New(db, graph.Config{Now: func() time.Time { return now }})
		ask := func() (status string, rate float64, current, last bool) {
			t.Helper()
			body := `{"query":"{ directory(id: \"` + w.directory.ID.String() + `\") { health { status errorRate24h currentCycle { requests } lastCycle { requests failed startedAt } hours { requests failed } } } }"}`
			req := httptest.NewRequestWithContext(w.scoped(t, viewer.ScopeRead), http.MethodPost, "/graphql", strings.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			rec := httptest.NewRecorder()
			r.Handler().ServeHTTP(rec, req)
			var answer struct {
				Data struct {
					Directory struct {
						Health struct {
							Status                  string
							ErrorRate24h            float64
							CurrentCycle, LastCycle *struct{ Requests int }
							Hours                   []struct{ Requests, Failed int }
						}
					}
				}
			}
			if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil || rec.Code != http.StatusOK {
				t.Fatalf("%v: %s", err, rec.Body)
			}
			h := answer.Data.Directory.Health
			if n := len(h.Hours); n != 24 {
				t.Fatalf("%d hours", n)
			}
			if h.CurrentCycle != nil && h.Hours[23].Requests != 10 { // it is now
				t.Errorf("the last hours: %v", h.Hours)
			}
			return h.Status, h.ErrorRate24h, h.CurrentCycle != nil, h.LastCycle != nil
		}
		if status, _, current, last := ask(); status != "NEVER_CONNECTED" || current || last {
			t.Errorf("at first: %s", status)
		}
		set := func(failed int64) {
			inTx(t, db, func(ctx context.Context) (any, error) {
				if _, err := db.Client(ctx).DirectoryHealth.Delete().Exec(ctx); err != nil {
					return nil, err
				}
				return nil, db.Client(ctx).DirectoryHealth.Create().SetCompanyID(w.company.ID).SetDirectoryID(w.directory.ID).
					SetLastRequestAt(recordedAt).SetHours([]schematype.HourCount{{Hour: recordedAt.Truncate(time.Hour), Requests: 10, Failed: failed}}).
					SetLatestCycle(&schematype.Cycle{StartedAt: recordedAt, EndedAt: recordedAt, Requests: 10, Failed: failed}).Exec(ctx)
			})
		}
		for _, c := range []struct {
			failed  int64
			later   time.Duration
			status  string
			rate    float64
			current bool
		}{
			{0, 0, "HEALTHY", 0, true},
			{0, 80 * time.Minute, "HEALTHY", 0, false},
			{0, 81 * time.Minute, "STALE", 0, false}, // E-160: two cycles did not come
			{4, 4 * time.Minute, "DEGRADED", .4, true},
			{5, 5 * time.Minute, "FAILING", .5, false},
			{5, 25 * time.Hour, "STALE", 0, false},
		} {
			set(c.failed)
			now = recordedAt.Add(c.later)
			if status, rate, current, last := ask(); status != c.status || rate != c.rate || current != c.current || last == current {
				t.Errorf("%d of 10 failed %v ago: %s, rate %v, current %v, last %v", c.failed, c.later, status, rate, current, last)
			}
		}
	})
}
