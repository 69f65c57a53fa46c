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

// The scimTypes of RFC 9865 table 3. No cursor of ours expires.
const (
	invalidCount  = "invalidCount"
	invalidCursor = "invalidCursor"
)

var errCursor = fault(http.StatusBadRequest, invalidCursor, "the cursor is none of this list; begin with an empty one")

// cursored reports whether a list is paged by cursors (RFC 9865 §2): an empty
// cursor asks for the first page.
func (r *request) cursored() bool { return len(r.params["cursor"]) > 0 }

// seek reads the cursor of a list.
func (r *request) seek(rt schema.ResourceType, l *graph.List) error {
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
	at, ok := r.parseCursor(boundTo(rt, *l), text)
	if !ok {
		return errCursor
	}
	l.Seek = &at
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

// A cursor is a direction and a seek key, sealed. Without a key it is the start
// of a list, or its end.
const (
	idAt     = 1
	valuesAt = idAt + 16
)

func (r *request) cursor(bound string, at list.Seek) string {
	raw := make([]byte, idAt, valuesAt)
	if at.Backward {
		raw[0] = 1
	}
	if at.Key != nil {
		raw = append(append(raw, at.Key.ID[:]...), at.Key.Values...)
	}
	return r.sealer.Seal(bound, raw)
}

func (r *request) parseCursor(bound, text string) (at list.Seek, ok bool) {
	raw, ok := r.sealer.Open(bound, text)
	if !ok || len(raw) != idAt && len(raw) < valuesAt {
		return at, false
	}
	at.Backward = raw[0] == 1
	if len(raw) >= valuesAt {
		at.Key = &list.SeekKey{ID: uuid.UUID(raw[idAt:valuesAt]), Values: string(raw[valuesAt:])}
	}
	return at, true
}

// cursors are those of the pages around a page. Where all are gone who were
// after a cursor, the way back begins at the end of the list.
func (r *request) cursors(rt schema.ResourceType, l graph.List, keys []list.SeekKey, more bool) (next, previous string) {
	bound := boundTo(rt, l)
	switch {
	case len(keys) == 0 && l.Seek.Backward:
		return r.cursor(bound, list.Seek{}), ""
	case len(keys) == 0 && l.Seek.Key != nil:
		return "", r.cursor(bound, list.Seek{Backward: true})
	case len(keys) == 0:
		return "", ""
	}
	if more || l.Seek.Backward {
		next = r.cursor(bound, list.Seek{Key: &keys[len(keys)-1]})
	}
	if more && l.Seek.Backward || !l.Seek.Backward && l.Seek.Key != nil {
		previous = r.cursor(bound, list.Seek{Key: &keys[0], Backward: true})
	}
	return next, previous
}
