package scimadapter

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/scimadapter/schema"
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
	at, ok := parseCursor(boundTo(rt, *l), text)
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
	return fmt.Sprintf("%s %s %q %q %t", l.DirectoryID, rt.Name, filter, strings.ToLower(l.SortBy.String()), l.Descending)
}

// A cursor is a digest, a direction and a place. The digest finds mistakes; it
// keeps no secret, and needs none, since a cursor gives no access to anything.
const (
	digestLength = 16
	placeAt      = digestLength + 1
	keyAt        = placeAt + 16
	maxCursor    = 4096 // bytes
)

func cursor(bound string, at graph.Beside) string {
	raw := make([]byte, placeAt, keyAt+len(at.Place.Key))
	if at.Backward {
		raw[digestLength] = 1
	}
	raw = append(append(raw, at.Place.ID[:]...), at.Place.Key...)
	copy(raw, digest(bound, raw[digestLength:]))
	return base64.RawURLEncoding.EncodeToString(raw)
}

func parseCursor(bound, text string) (at graph.Beside, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < keyAt || len(raw) > maxCursor {
		return at, false
	}
	if subtle.ConstantTimeCompare(raw[:digestLength], digest(bound, raw[digestLength:])) == 0 {
		return at, false
	}
	key := string(raw[keyAt:])
	at.Backward = raw[digestLength] == 1
	at.Place = &graph.Place{ID: uuid.UUID(raw[placeAt:keyAt]), Key: key}
	return at, utf8.ValidString(key) && !strings.Contains(key, "\x00")
}

func digest(bound string, rest []byte) []byte {
	sum := sha256.Sum256(append([]byte(bound+"\x00"), rest...))
	return sum[:digestLength]
}

// cursors are those of the pages around a page.
func cursors(rt schema.ResourceType, l graph.List, places []graph.Place, more bool) (next, previous string) {
	if len(places) == 0 {
		return "", ""
	}
	bound := boundTo(rt, l)
	if more || l.Beside.Backward {
		next = cursor(bound, graph.Beside{Place: &places[len(places)-1]})
	}
	if more && l.Beside.Backward || !l.Beside.Backward && l.Beside.Place != nil {
		previous = cursor(bound, graph.Beside{Place: &places[0], Backward: true})
	}
	return next, previous
}
