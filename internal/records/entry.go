package records

import (
	"strings"
	"time"
	"unicode"
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

// text removes characters that cannot be stored or shown, and all after the first
// n.
func text(s string, n int) string {
	if len(s) <= n && utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0 {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s[:min(len(s), n*utf8.UTFMax)])
	runes := []rune(s)
	return string(runes[:min(len(runes), n)])
}

// now returns the time in the precision of the model.
func now(clock func() time.Time) time.Time { return clock().UTC().Truncate(time.Millisecond) }
