package records

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/requestrecord"
)

// Entry is a record with the sender of the request.
type Entry struct {
	Record
	CompanyID, DirectoryID uuid.UUID
	KeyID                  uuid.UUID // zero if it is unknown
	RequestID              string
	Address, Agent         string

	id uuid.UUID
}

// These bound the texts of an entry, in characters, and its names of attributes.
const (
	maxLabel   = 256
	maxDetail  = 1000
	maxAgent   = 200
	maxText    = 64
	maxChanged = 50
)

// routine reports whether the request is a successful read.
func (e *Entry) routine() bool {
	switch e.Action {
	case requestrecord.ActionREAD, requestrecord.ActionQUERY, requestrecord.ActionDISCOVERY, requestrecord.ActionTEST_CONNECTION:
		return e.Outcome == requestrecord.OutcomeSUCCESS
	}
	return false
}

// clip shortens a text to bytes enough for n characters, so that the rest can be
// freed.
func clip(s string, n int) string {
	if len(s) <= n*utf8.UTFMax {
		return s
	}
	return strings.Clone(s[:n*utf8.UTFMax])
}

// now returns the time in the precision of the model.
func now(clock func() time.Time) time.Time { return clock().UTC().Truncate(time.Millisecond) }
