package scimadapter

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/internal/scim/schema"
)

// The scimTypes of RFC 9865 table 3, without that of expired cursors: ours do
// not expire.
const (
	invalidCount  = "invalidCount"
	invalidCursor = "invalidCursor"
)

var errCursor = fault(http.StatusBadRequest, invalidCursor, "the cursor is none of this list; begin with an empty one")

// cursored reports whether a list is paged by cursors (RFC 9865 §2): an empty
// cursor asks for the first page.
func (r *request) cursored() bool { return len(r.params["cursor"]) > 0 }

// readCursor reads the cursor of a list.
func (r *request) readCursor(rt schema.ResourceType, l *graph.List) error {
	switch n, err := r.number("count", defaultCount); {
	case r.params.Get("startindex") != "":
		return fault(http.StatusBadRequest, invalidValue, "startIndex and cursor do not go together")
	case err != nil || n < 1:
		return fault(http.StatusBadRequest, invalidCount, "count must be between 1 and %d", maxCount)
	}
	l.Seek = &list.Seek{}
	text := r.params.Get("cursor")
	if text == "" {
		return nil
	}
	at, ok := r.parseCursor(cursorScope(rt, *l), text)
	if !ok {
		return errCursor
	}
	l.Seek = &at
	return nil
}

// cursorScope is what a cursor is bound to. Other lists refuse it.
func cursorScope(rt schema.ResourceType, l graph.List) string {
	filter := ""
	if l.Filter != nil {
		filter = l.Filter.String()
	}
	return fmt.Sprintf("scim %s %s %q %q %t", l.DirectoryID, rt.Name, filter, strings.ToLower(l.SortBy.String()), l.Descending)
}

// A cursor is a direction and a seek key, encrypted. Without a seek key it is
// the start of a list, or its end.
const (
	idOffset     = 1
	valuesOffset = idOffset + 16
)

func (r *request) formatCursor(scope string, at list.Seek) string {
	raw := make([]byte, idOffset, valuesOffset)
	if at.Backward {
		raw[0] = 1
	}
	if at.Key != nil {
		raw = append(append(raw, at.Key.ID[:]...), at.Key.Values...)
	}
	return r.sealer.Seal(scope, raw)
}

func (r *request) parseCursor(scope, text string) (at list.Seek, ok bool) {
	raw, ok := r.sealer.Open(scope, text)
	if !ok || len(raw) != idOffset && len(raw) < valuesOffset {
		return at, false
	}
	at.Backward = raw[0] == 1
	if len(raw) >= valuesOffset {
		at.Key = &list.SeekKey{ID: uuid.UUID(raw[idOffset:valuesOffset]), Values: string(raw[valuesOffset:])}
	}
	return at, true
}

// cursors returns the cursors of the next and of the previous page. If all
// resources after a cursor have been deleted, the previous page is the last of
// the list.
func (r *request) cursors(rt schema.ResourceType, l graph.List, keys []list.SeekKey, hasMore bool) (next, previous string) {
	scope := cursorScope(rt, l)
	switch {
	case len(keys) == 0 && l.Seek.Backward:
		return r.formatCursor(scope, list.Seek{}), ""
	case len(keys) == 0 && l.Seek.Key != nil:
		return "", r.formatCursor(scope, list.Seek{Backward: true})
	case len(keys) == 0:
		return "", ""
	}
	if hasMore || l.Seek.Backward {
		next = r.formatCursor(scope, list.Seek{Key: &keys[len(keys)-1]})
	}
	if hasMore && l.Seek.Backward || !l.Seek.Backward && l.Seek.Key != nil {
		previous = r.formatCursor(scope, list.Seek{Key: &keys[0], Backward: true})
	}
	return next, previous
}
