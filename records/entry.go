package records

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/scimadapter"
)

// Entry is a record with what the server knows of who sent the request.
type Entry struct {
	scimadapter.Record
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

// create is the row of an entry.
func (e *Entry) create(c *ent.Client, lost int64) *ent.RequestRecordCreate {
	label := text(e.TargetLabel, maxLabel)
	row := c.RequestRecord.Create().
		SetID(e.id).SetCompanyID(e.CompanyID).SetDirectoryID(e.DirectoryID).
		SetAt(e.At).SetDurationUs(e.Duration.Microseconds()).
		SetMethod(e.Method).SetRoute(e.Route).SetAction(e.Action).SetOutcome(e.Outcome).
		SetTargetLabel(label).SetTargetKey(schematype.Fold(label)).
		SetStatus(e.Status).SetScimType(text(e.SCIMType, 32)).SetDetail(text(e.Detail, maxDetail)).
		SetRequestID(text(e.RequestID, maxText)).SetAddress(text(e.Address, maxText)).SetAgent(text(e.Agent, maxAgent)).
		SetLostBefore(lost)
	if e.KeyID != uuid.Nil {
		row.SetKeyID(e.KeyID)
	}
	if e.TargetID != uuid.Nil {
		row.SetTargetID(e.TargetID)
	}
	ignored := make([]schematype.Ignored, len(e.Ignored))
	for i, part := range e.Ignored {
		ignored[i] = schematype.Ignored{Path: text(part.Path, maxLabel), Reason: string(part.Reason)}
	}
	changed := append([]string{}, e.Changed[:min(len(e.Changed), maxChanged)]...)
	return row.SetChanged(changed).SetIgnored(ignored) // always set, so that the statement is the same for all
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
