package records

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/requestrecord"
)

// Entry is a record with what the server knows of who sent the request.
type Entry struct {
	Record
	CompanyID, DirectoryID uuid.UUID
	KeyID                  uuid.UUID // zero where it is not known
	RequestID              string
	Address, Agent         string

	id uuid.UUID
}

// The longest texts that are kept, in characters, and names of attributes.
const (
	maxLabel   = 256
	maxDetail  = 1000
	maxAgent   = 200
	maxText    = 64
	maxChanged = 50
)

// routine reports whether the request read something and that went well.
func (e *Entry) routine() bool {
	switch e.Action {
	case requestrecord.ActionREAD, requestrecord.ActionQUERY, requestrecord.ActionDISCOVERY, requestrecord.ActionTEST_CONNECTION:
		return e.Outcome == requestrecord.OutcomeSUCCESS
	}
	return false
}

// clip lets go of the rest of a text whose first n characters are kept.
func clip(s string, n int) string {
	if len(s) <= n*utf8.UTFMax {
		return s
	}
	return strings.Clone(s[:n*utf8.UTFMax])
}

// text makes of anything what can be stored and shown, at most n characters.
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

// now is the time of the model's clock.
func now(clock func() time.Time) time.Time { return clock().UTC().Truncate(time.Millisecond) }
