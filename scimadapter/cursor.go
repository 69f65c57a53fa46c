package scimadapter

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/internal/scim/schema"
)

// The scimTypes of RFC 9865 table 3. No cursor of ours expires.
const (
	invalidCount  = "invalidCount"
	invalidCursor = "invalidCursor"
)

var errCursor = fault(http.StatusBadRequest, invalidCursor, "the cursor is none of this list; begin with an empty one")

// cursored reports whether a list is paged by cursors (RFC 9865 §2): an empty
// cursor asks for the first page.
func (r *request) cursored() bool { return len(r.params["cursor"]) > 0 }

// beside reads the cursor of a list.
func (r *request) beside(rt schema.ResourceType, l *graph.List) error {
	switch n, err := r.number("count", defaultCount); {
	case r.params.Get("startindex") != "":
		return fault(http.StatusBadRequest, invalidValue, "startIndex and cursor do not go together")
	case err != nil || n < 1:
		return fault(http.StatusBadRequest, invalidCount, "count must be between 1 and %d", maxCount)
	}
	l.Beside = &graph.Beside{}
	text := r.params.Get("cursor")
	if text == "" {
		return nil
	}
	at, ok := r.parseCursor(boundTo(rt, *l), text)
	if !ok {
		return errCursor
	}
	l.Beside = &at
	return nil
}

// boundTo is what a cursor is bound to: it is of no use in any other list.
func boundTo(rt schema.ResourceType, l graph.List) string {
	filter := ""
	if l.Filter != nil {
		filter = l.Filter.String()
	}
	return fmt.Sprintf("scim %s %s %q %q %t", l.DirectoryID, rt.Name, filter, strings.ToLower(l.SortBy.String()), l.Descending)
}

// A cursor is a direction and a place, sealed. Without a place it is the start
// of a list, or its end.
const (
	placeAt = 1
	keyAt   = placeAt + 16
)

func (r *request) cursor(bound string, at graph.Beside) string {
	raw := make([]byte, placeAt, keyAt)
	if at.Backward {
		raw[0] = 1
	}
	if at.Place != nil {
		raw = append(append(raw, at.Place.ID[:]...), at.Place.Key...)
	}
	return r.sealer.Seal(bound, raw)
}

func (r *request) parseCursor(bound, text string) (at graph.Beside, ok bool) {
	raw, ok := r.sealer.Open(bound, text)
	if !ok || len(raw) != placeAt && len(raw) < keyAt {
		return at, false
	}
	at.Backward = raw[0] == 1
	if len(raw) >= keyAt {
		at.Place = &graph.Place{ID: uuid.UUID(raw[placeAt:keyAt]), Key: string(raw[keyAt:])}
	}
	return at, true
}

// cursors are those of the pages around a page. Where all are gone who were
// behind a cursor, the way back begins at the end of the list.
func (r *request) cursors(rt schema.ResourceType, l graph.List, places []graph.Place, more bool) (next, previous string) {
	bound := boundTo(rt, l)
	switch {
	case len(places) == 0 && l.Beside.Backward:
		return r.cursor(bound, graph.Beside{}), ""
	case len(places) == 0 && l.Beside.Place != nil:
		return "", r.cursor(bound, graph.Beside{Backward: true})
	case len(places) == 0:
		return "", ""
	}
	if more || l.Beside.Backward {
		next = r.cursor(bound, graph.Beside{Place: &places[len(places)-1]})
	}
	if more && l.Beside.Backward || !l.Beside.Backward && l.Beside.Place != nil {
		previous = r.cursor(bound, graph.Beside{Place: &places[0], Backward: true})
	}
	return next, previous
}
