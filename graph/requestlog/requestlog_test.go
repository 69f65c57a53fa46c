package requestlog

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func TestHealth(t *testing.T) {
	t.Parallel()
	ago := func(d time.Duration) *time.Time { return new(now.Add(-d)) }
	cycle := func(ended time.Duration, requests, failed int64) *schematype.Cycle {
		return &schematype.Cycle{EndedAt: now.Add(-ended), Requests: requests, Failed: failed}
	}
	for name, c := range map[string]struct {
		row  *ent.DirectoryHealth
		want model.HealthStatus
	}{
		"no row":             {nil, model.HealthStatusNeverConnected},
		"no request":         {&ent.DirectoryHealth{}, model.HealthStatusNeverConnected},
		"all went well":      {&ent.DirectoryHealth{LastRequestAt: ago(time.Hour), LatestCycle: cycle(time.Hour, 10, 0)}, model.HealthStatusHealthy},
		"some failed":        {&ent.DirectoryHealth{LastRequestAt: ago(time.Hour), LatestCycle: cycle(time.Hour, 10, 4)}, model.HealthStatusDegraded},
		"too many failed":    {&ent.DirectoryHealth{LastRequestAt: ago(time.Hour), LatestCycle: cycle(time.Hour, 10, 5)}, model.HealthStatusFailing},
		"nothing for long":   {&ent.DirectoryHealth{LastRequestAt: ago(staleAfter + 1), LatestCycle: cycle(staleAfter+1, 10, 5)}, model.HealthStatusStale},
		"just not for long":  {&ent.DirectoryHealth{LastRequestAt: ago(staleAfter), LatestCycle: cycle(staleAfter, 10, 0)}, model.HealthStatusHealthy},
		"requests, no cycle": {&ent.DirectoryHealth{LastRequestAt: ago(0)}, model.HealthStatusNeverConnected},
	} {
		if h := Health(c.row, now); h.Status != c.want {
			t.Errorf("%s: %s", name, h.Status)
		}
	}
}

// A cycle is the current one until the pause that ends it has passed.
func TestCycles(t *testing.T) {
	t.Parallel()
	previous := &schematype.Cycle{EndedAt: now.Add(-time.Hour)}
	for ended, current := range map[time.Duration]bool{schematype.CyclePause - 1: true, schematype.CyclePause: false} {
		latest := &schematype.Cycle{EndedAt: now.Add(-ended)}
		h := Health(&ent.DirectoryHealth{LastRequestAt: &latest.EndedAt, LatestCycle: latest, PreviousCycle: previous}, now)
		switch {
		case current && (h.CurrentCycle != latest || h.LastCycle != previous):
			t.Errorf("%v after its end the latest cycle is over", ended)
		case !current && (h.CurrentCycle != nil || h.LastCycle != latest):
			t.Errorf("%v after its end the latest cycle goes on", ended)
		}
	}
}

func TestErrorRateIsThatOfADay(t *testing.T) {
	t.Parallel()
	hours := []schematype.HourCount{
		{Hour: now.Add(-24 * time.Hour), Requests: 100, Failed: 100},
		{Hour: now.Add(-23 * time.Hour), Requests: 3, Failed: 1},
		{Hour: now, Requests: 1},
	}
	if got := errorRate(lastDay(hours, now)); got != 0.25 {
		t.Errorf("%v", got)
	}
	if got := errorRate(lastDay(nil, now)); got != 0 {
		t.Errorf("without requests %v", got)
	}
}

// The changes of a request are those of its target, its key and its id, while it ran.
func TestChangesOfARequest(t *testing.T) {
	t.Parallel()
	target, key := uuid.UUID{1}, uuid.UUID{2}
	rec := &ent.RequestRecord{At: now, DurationUs: 2e6, TargetID: &target, KeyID: &key, RequestID: "r1", Changed: []string{"title"}}
	k, ok := KeyOf(rec)
	if !ok {
		t.Fatal("the request changed nothing")
	}
	at := func(d time.Duration) uuid.UUID { return schematype.FirstIDAt(now.Add(d)) }
	made := ent.Change{ID: at(0), ResourceID: target, KeyID: &key, RequestID: "r1"}
	for name, c := range map[string]struct {
		alter func(*ent.Change)
		want  bool
	}{
		"its own":        {func(*ent.Change) {}, true},
		"as it began":    {func(c *ent.Change) { c.ID = at(-2*time.Second - clockSkew) }, true},
		"before it":      {func(c *ent.Change) { c.ID = at(-3*time.Second - clockSkew) }, false},
		"after it":       {func(c *ent.Change) { c.ID = at(clockSkew) }, false},
		"other target":   {func(c *ent.Change) { c.ResourceID = key }, false},
		"other request":  {func(c *ent.Change) { c.RequestID = "r2" }, false},
		"another key":    {func(c *ent.Change) { c.KeyID = &target }, false},
		"nobody knew it": {func(c *ent.Change) { c.KeyID = nil }, false},
	} {
		change := made
		if c.alter(&change); k.holds(&change) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
	rec.KeyID = nil
	if k, _ := KeyOf(rec); !k.holds(&made) {
		t.Error("a request whose key is not known has no changes")
	}
}

func TestRequestsThatChangedNothing(t *testing.T) {
	t.Parallel()
	for name, rec := range map[string]*ent.RequestRecord{
		"read":      {TargetID: &uuid.UUID{}, RequestID: "r1"},
		"no target": {RequestID: "r1", Changed: []string{"title"}},
		"no id":     {TargetID: &uuid.UUID{}, Changed: []string{"title"}},
	} {
		if _, ok := KeyOf(rec); ok {
			t.Errorf("%s: it has changes", name)
		}
	}
}

func TestAttributeChanges(t *testing.T) {
	t.Parallel()
	values := func(text string) (m map[string]json.RawMessage) {
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	got := AttributeChanges([]*ent.Change{
		{Before: values(`{"title":"a","active":true}`), After: values(`{"title":"b","userName":"ada"}`)},
		{After: values(`{"active":false}`)},
	})
	want := []model.AttributeChange{
		{Path: "active", Before: json.RawMessage("true")},
		{Path: "title", Before: json.RawMessage(`"a"`), After: json.RawMessage(`"b"`)},
		{Path: "userName", After: json.RawMessage(`"ada"`)},
		{Path: "active", After: json.RawMessage("false")},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := AttributeChanges(nil); got == nil || len(got) != 0 {
		t.Errorf("of nothing: %#v", got)
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	id, other := uuid.UUID{1}, uuid.UUID{2}
	rec := &ent.RequestRecord{
		At: now, Outcome: requestrecord.OutcomeREJECTED, Action: requestrecord.ActionUPDATE, Status: 409, TargetKey: "ada", TargetID: &id, KeyID: &id,
	}
	for name, c := range map[string]struct {
		in   *model.RequestRecordWhereInput
		want bool
	}{
		"nothing asked":  {nil, true},
		"all records":    {&model.RequestRecordWhereInput{}, true},
		"outcome":        {&model.RequestRecordWhereInput{Outcome: []requestrecord.Outcome{requestrecord.OutcomeREJECTED}}, true},
		"no outcome":     {&model.RequestRecordWhereInput{Outcome: []requestrecord.Outcome{}}, false},
		"other action":   {&model.RequestRecordWhereInput{Action: []requestrecord.Action{requestrecord.ActionREAD}}, false},
		"target":         {&model.RequestRecordWhereInput{Target: new("ADA")}, true},
		"other target":   {&model.RequestRecordWhereInput{Target: new("adam")}, false},
		"status":         {&model.RequestRecordWhereInput{StatusMin: new(409), StatusMax: new(409)}, true},
		"status above":   {&model.RequestRecordWhereInput{StatusMin: new(410)}, false},
		"status below":   {&model.RequestRecordWhereInput{StatusMax: new(408)}, false},
		"since now":      {&model.RequestRecordWhereInput{Since: &now}, true},
		"until now":      {&model.RequestRecordWhereInput{Until: &now}, false},
		"target id":      {&model.RequestRecordWhereInput{TargetID: &id, KeyID: &id}, true},
		"other key":      {&model.RequestRecordWhereInput{KeyID: &other}, false},
		"all but one do": {&model.RequestRecordWhereInput{TargetID: &id, Target: new("ada"), StatusMin: new(500)}, false},
	} {
		if got := Matches(c.in, rec); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A list that no routine record is in reads the others alone; one of a target
// reads both, of the routine ones the newest.
func TestPartsOfAList(t *testing.T) {
	t.Parallel()
	action := func(of ...requestrecord.Action) *model.RequestRecordWhereInput {
		return &model.RequestRecordWhereInput{Action: of}
	}
	target := &model.RequestRecordWhereInput{Target: new("ada")}
	failed := &model.RequestRecordWhereInput{Target: new("ada"), StatusMin: new(400)}
	for name, c := range map[string]struct {
		in      *model.RequestRecordWhereInput
		notable bool
		parts   int
	}{
		"all":              {nil, false, 1},
		"reads":            {action(requestrecord.ActionREAD, requestrecord.ActionUPDATE), false, 1},
		"changes":          {action(requestrecord.ActionUPDATE), true, 1},
		"of a target":      {target, false, 2},
		"failed of one":    {failed, true, 1},
		"successes":        {&model.RequestRecordWhereInput{Outcome: []requestrecord.Outcome{requestrecord.OutcomeSUCCESS}}, false, 1},
		"other than those": {&model.RequestRecordWhereInput{Outcome: []requestrecord.Outcome{requestrecord.OutcomeFAILED}}, true, 1},
	} {
		if got := notable(c.in); got != c.notable {
			t.Errorf("%s: notable is %v", name, got)
		}
		if got := len(In(load.Owner{}, c.in)); got != c.parts {
			t.Errorf("%s: %d parts", name, got)
		}
	}
}

// The positions of records are in the order of their times.
func TestPositions(t *testing.T) {
	t.Parallel()
	var positions []string
	for _, d := range []time.Duration{0, time.Second, time.Hour} {
		positions = append(positions, position(&ent.RequestRecord{ID: schematype.FirstIDAt(now.Add(d))}))
	}
	if !slices.IsSorted(positions) {
		t.Errorf("%x", positions)
	}
	l := Log{Now: func() time.Time { return now.Add(settleTime) }}
	if l.settled() != positions[0] {
		t.Errorf("%x is told up to %x", positions[0], l.settled())
	}
}
