package scimadapter

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/internal/records"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/patch"
)

// RefusedKey returns the record of a request that was refused although its key
// is known: because of its header, or because the key has expired or was revoked.
// The record may say so, since only the key's owner reads it.
func RefusedKey(method, reason string) *records.Record {
	return &records.Record{
		At: time.Now(), Method: records.Method(method), Action: requestrecord.ActionOTHER, Outcome: requestrecord.OutcomeREJECTED,
		Status: http.StatusUnauthorized, Detail: cmp.Or(reason, records.KeyEnded),
	}
}

// maxIgnored is how many ignored parts of one request are kept.
const maxIgnored = 20

// setTarget notes which user or group a request is for.
func (r *request) setTarget(id uuid.UUID, label string) {
	if r.record != nil {
		r.record.TargetID, r.record.TargetLabel = id, label
	}
}

// changesMembers notes that a request is to change members.
func (r *request) changesMembers() {
	if r.record != nil {
		r.record.Action = requestrecord.ActionMEMBERSHIP
	}
}

// setIgnored notes parts of a request that had no effect.
func (r *request) setIgnored(ignored []patch.Ignored) {
	if r.record != nil {
		r.record.Ignored = append(r.record.Ignored, ignored[:min(len(ignored), maxIgnored-len(r.record.Ignored))]...)
	}
}

// setQuery notes the value that a list was filtered by. A provider that tests a
// connection filters by a random GUID, which finds nothing. An external id may
// be a GUID too, and so may an id of ours in a filter by a reference.
func (r *request) setQuery(e filter.Expr, found bool) {
	c, ok := e.(filter.Compare)
	if !ok || r.record == nil {
		return
	}
	r.record.TargetLabel = c.Value.Text
	_, err := uuid.Parse(c.Value.Text)
	if err == nil && !found && memberID(c.Value.Text) == uuid.Nil && !strings.EqualFold(c.Path.Name, "externalId") {
		r.record.Action = requestrecord.ActionTEST_CONNECTION
	}
}

// action is the action of a request, as far as its route says.
func (e endpoint) action(method, id string) requestrecord.Action {
	switch {
	case id == searchID || e.name == searchID:
		return requestrecord.ActionQUERY
	case e.resource == nil && method != http.MethodGet && method != http.MethodHead:
		return requestrecord.ActionOTHER
	case e.resource == nil:
		return requestrecord.ActionDISCOVERY
	}
	switch method {
	case http.MethodGet, http.MethodHead:
		if id == "" {
			return requestrecord.ActionQUERY
		}
		return requestrecord.ActionREAD
	case http.MethodPost:
		return requestrecord.ActionCREATE
	case http.MethodPut, http.MethodPatch:
		return requestrecord.ActionUPDATE
	case http.MethodDelete:
		return requestrecord.ActionDELETE
	}
	return requestrecord.ActionOTHER
}

// completeRecord adds the answer and the changes of a request to its record.
func completeRecord(rec *records.Record, status int, f *failure, events []feed.Event, took time.Duration) {
	rec.At, rec.Duration, rec.Status = time.Now(), took, status
	if f != nil {
		rec.Status, rec.SCIMType, rec.Detail = f.status, f.scimType, f.detail
	}
	for _, e := range events {
		rec.Changed = append(rec.Changed, e.Attributes()...)
		if name, ok := e.Before["displayName"].(string); ok && rec.TargetLabel == "" && e.ID == rec.TargetID {
			rec.TargetLabel = name // of a group that was not read
		}
		if active, ok := e.After["active"].(bool); ok && e.Kind == change.KindUPDATED {
			rec.Action = requestrecord.ActionDISABLE
			if active {
				rec.Action = requestrecord.ActionENABLE
			}
		}
	}
	slices.Sort(rec.Changed)
	rec.Changed = slices.Compact(rec.Changed)
	rec.Outcome = outcome(rec, len(events) > 0)
}

func outcome(rec *records.Record, changed bool) requestrecord.Outcome {
	switch {
	case rec.Status == http.StatusTooManyRequests:
		return requestrecord.OutcomeTHROTTLED
	case rec.Status >= http.StatusInternalServerError && rec.Status != http.StatusNotImplemented:
		return requestrecord.OutcomeFAILED
	case rec.Status >= http.StatusBadRequest:
		return requestrecord.OutcomeREJECTED
	case !changed && writes(rec.Action):
		return requestrecord.OutcomeUNCHANGED
	}
	return requestrecord.OutcomeSUCCESS
}

// writes reports whether an action is one that changes something.
func writes(a requestrecord.Action) bool {
	switch a {
	case requestrecord.ActionCREATE, requestrecord.ActionUPDATE, requestrecord.ActionDELETE, requestrecord.ActionMEMBERSHIP:
		return true
	}
	return false
}
