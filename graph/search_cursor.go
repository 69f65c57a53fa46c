package graph

import (
	"encoding/json"
	"strings"

	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/token"
)

// searchCursors makes the cursors of a search. Nobody can read them: the position
// where a segment ends may be somebody's whom the viewer is not shown.
type searchCursors struct {
	sealer *token.Sealer
	use    string
}

// searchCursors returns those of one search of one viewer's company.
func (r *Resolver) searchCursors(use ...string) searchCursors {
	return searchCursors{r.cfg.Sealer, "search " + strings.Join(use, " ")}
}

func (c searchCursors) seal(p search.Position) string {
	content, _ := json.Marshal(p) // numbers and texts
	return c.sealer.Seal(c.use, content)
}

func (c searchCursors) open(cursor string) (p search.Position, err error) {
	if content, ok := c.sealer.Open(c.use, cursor); ok && json.Unmarshal(content, &p) == nil {
		return p, nil
	}
	return p, apierror.Errorf(apierror.Invalid, "after", "after is not a cursor of this list")
}
