package graph

import (
	"github.com/google/uuid"

	"github.com/feddir/feddir/internal/token"
)

// position is a place in an ordered list: the values of the columns it is
// ordered by, each as text and joined by NUL, which no stored text has, and
// the id.
type position struct {
	key string
	id  uuid.UUID
}

// cursors makes the cursors of a list. They are sealed: what comes back was
// made here, for the same list, order and company.
type cursors struct {
	sealer *token.Sealer
	use    string
}

func (c cursors) seal(p position) string {
	return c.sealer.Seal(c.use, append(p.id[:], p.key...))
}

func (c cursors) open(text string) (p position, ok bool) {
	content, ok := c.sealer.Open(c.use, text)
	if !ok || len(content) < len(p.id) {
		return p, false
	}
	return position{string(content[len(p.id):]), uuid.UUID(content[:len(p.id)])}, true
}
