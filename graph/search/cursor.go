package search

import (
	"encoding/json"
	"strings"

	"github.com/feddir/feddir/internal/apierror"
	sealing "github.com/feddir/feddir/internal/token"
)

// Cursors makes the cursors of a search. Nobody can read them: the position
// where a segment ends may be somebody's whom the viewer is not shown.
type Cursors struct {
	sealer *sealing.Sealer
	use    string
}

// NewCursors returns those of one search of one viewer's company.
func NewCursors(sealer *sealing.Sealer, use ...string) Cursors {
	return Cursors{sealer, "search " + strings.Join(use, " ")}
}

// Seal returns the cursor of a position.
func (c Cursors) Seal(p Position) string {
	content, _ := json.Marshal(p) // numbers and texts
	return c.sealer.Seal(c.use, content)
}

// Open returns the position of a cursor. It fails with INVALID for what is no
// cursor of this search.
func (c Cursors) Open(cursor string) (p Position, err error) {
	if content, ok := c.sealer.Open(c.use, cursor); ok && json.Unmarshal(content, &p) == nil {
		return p, nil
	}
	return p, apierror.Errorf(apierror.Invalid, "after", "after is not a cursor of this list")
}
