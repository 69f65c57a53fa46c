package list

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/token"
)

// Scope says which list a cursor is of. It is of no use in another, nor to
// another company.
type Scope struct {
	Sealer *token.Sealer
	Name   string    // of the field
	Owner  uuid.UUID // whose list it is: of a directory, group or user; the zero value for the company's
}

// cursors returns the cursors of a list in an order.
func (s Scope) cursors(ctx context.Context, o Order) Cursors {
	v, _ := viewer.FromContext(ctx)
	return Cursors{s.Sealer, s.Name + " " + s.Owner.String() + " " + v.CompanyID.String() + " " + o.String()}
}

// Cursors returns the cursors of a list that is sorted.
func (s Scope) Cursors(ctx context.Context, by interface{ Order() Order }) Cursors {
	return s.cursors(ctx, by.Order())
}

// Cursors makes the cursors of a list. They are sealed: what comes back was
// made here, for the same use.
type Cursors struct {
	sealer *token.Sealer
	use    string
}

// NewCursors returns the cursors for a use, which names the list.
func NewCursors(sealer *token.Sealer, use string) Cursors { return Cursors{sealer, use} }

// Seal returns the cursor of a seek key.
func (c Cursors) Seal(k SeekKey) string {
	return c.sealer.Seal(c.use, append(k.ID[:], k.Values...))
}

// Open returns the seek key of a cursor; ok is false where it is none of this
// list.
func (c Cursors) Open(text string) (k SeekKey, ok bool) {
	content, ok := c.sealer.Open(c.use, text)
	if !ok || len(content) < len(k.ID) {
		return k, false
	}
	return SeekKey{string(content[len(k.ID):]), uuid.UUID(content[:len(k.ID)])}, true
}
