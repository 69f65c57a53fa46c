package feed

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/token"
)

// Cursors are those of one company's feed.
type Cursors struct{ cursors list.Cursors }

// NewCursors returns the cursors of a company's feed.
func NewCursors(sealer *token.Sealer, company uuid.UUID) Cursors {
	return Cursors{list.NewCursors(sealer, "feed "+company.String())}
}

// Seal returns the cursor of a sequence number.
func (c Cursors) Seal(at int64) string {
	return c.cursors.Seal(list.SeekKey{Values: strconv.FormatInt(at, 10)})
}

// Open returns the sequence number of a cursor, or nil where there is none. It
// fails with INVALID for what is no cursor of this feed.
func (c Cursors) Open(cursor *string) (*int64, error) {
	if cursor == nil {
		return nil, nil
	}
	p, ok := c.cursors.Open(*cursor)
	n, err := strconv.ParseInt(p.Values, 10, 64)
	if !ok || err != nil {
		return nil, apierror.Errorf(apierror.Invalid, "after", "after is not a cursor of this feed")
	}
	return &n, nil
}
