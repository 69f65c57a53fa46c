package records

import (
	"slices"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
)

// hoursKept is how many hours are kept: those of a day that begins and ends within
// an hour.
const hoursKept = 25

// failed reports whether a request counts as a failure. A read that answers 404
// does not: identity providers check in this way whether a resource exists.
func (e *Entry) failed() bool {
	switch e.Outcome {
	case requestrecord.OutcomeSUCCESS, requestrecord.OutcomeUNCHANGED:
		return false
	}
	return e.Status != 404 || e.Action != requestrecord.ActionREAD
}

// isProbe reports whether a request tests the connection.
func (e *Entry) isProbe() bool {
	return e.Action == requestrecord.ActionTEST_CONNECTION || e.Action == requestrecord.ActionDISCOVERY
}

// countRequest adds a request to a directory's health.
func countRequest(h *ent.DirectoryHealth, e *Entry) {
	latest(&h.LastRequestAt, e.At)
	if e.failed() {
		latest(&h.LastErrorAt, e.At)
	} else {
		latest(&h.LastSuccessAt, e.At)
	}
	h.Hours = countHour(h.Hours, e)
	if startsCycle(h.LatestCycle, e) {
		h.PreviousCycle, h.LatestCycle = h.LatestCycle, newCycle(e)
	}
	countInCycle(h.LatestCycle, e)
	h.RecordCount++
}

func latest(field **time.Time, at time.Time) {
	if *field == nil || at.After(**field) {
		*field = &at
	}
}

// startsCycle reports whether a request is the first of a new cycle: it comes
// after a pause, or tests the connection after other requests.
func startsCycle(c *schematype.Cycle, e *Entry) bool {
	return c == nil || e.At.Sub(c.EndedAt) >= schematype.CyclePause ||
		e.Action == requestrecord.ActionTEST_CONNECTION && c.Requests > c.Probes
}

// newCycle returns a cycle that begins with a request.
func newCycle(e *Entry) *schematype.Cycle {
	began := e.At.Add(-e.Duration).Truncate(time.Millisecond)
	return &schematype.Cycle{ID: schematype.NewIDAt(schematype.TypeOther, began), StartedAt: began, EndedAt: e.At}
}

// changed reports whether a request changed something.
func (e *Entry) changed() bool {
	if e.Outcome != requestrecord.OutcomeSUCCESS {
		return false
	}
	switch e.Action {
	case requestrecord.ActionCREATE, requestrecord.ActionUPDATE, requestrecord.ActionDISABLE, requestrecord.ActionENABLE,
		requestrecord.ActionDELETE, requestrecord.ActionMEMBERSHIP:
		return true
	}
	return false
}

func countInCycle(c *schematype.Cycle, e *Entry) {
	c.Requests++
	if e.At.After(c.EndedAt) {
		c.EndedAt = e.At
	}
	if e.isProbe() {
		c.Probes++
	}
	if len(e.Ignored) > 0 {
		c.Ignored++
	}
	switch {
	case e.failed():
		c.Failed++
	case e.Outcome == requestrecord.OutcomeUNCHANGED:
		c.Unchanged++
	case !e.changed():
	case e.Action == requestrecord.ActionCREATE:
		c.Created++
	case e.Action == requestrecord.ActionDELETE:
		c.Deleted++
	case e.Action == requestrecord.ActionDISABLE:
		c.Disabled++
		c.Updated++
	default:
		c.Updated++
	}
}

// countHour counts a request in its hour. Hours are in order, and only the last
// hoursKept are kept.
func countHour(hours []schematype.HourCount, e *Entry) []schematype.HourCount {
	hour := e.At.Truncate(time.Hour)
	i, found := slices.BinarySearchFunc(hours, hour, func(h schematype.HourCount, at time.Time) int { return h.Hour.Compare(at) })
	if !found {
		hours = slices.Insert(hours, i, schematype.HourCount{Hour: hour})
	}
	hours[i].Requests++
	switch {
	case e.failed():
		hours[i].Failed++
	case e.Outcome == requestrecord.OutcomeUNCHANGED:
		hours[i].Unchanged++
	case e.changed():
		hours[i].Changed++
	}
	return hours[max(len(hours)-hoursKept, 0):]
}
