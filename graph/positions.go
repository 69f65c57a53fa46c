package graph

import (
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
)

// place is a place in a list of a directory, as the holder of a key reads it.
type place struct {
	key       uuid.UUID
	directory uuid.UUID
	table     string
	filter    string
	index     int // from 1
}

// maxPlaces is how many places are remembered; each is some 200 bytes.
// rememberedFor is how long: a client that reads on comes back sooner, and
// for anybody else the place may have moved.
const (
	maxPlaces     = 4096
	rememberedFor = time.Minute
)

// positions remembers after which id a place in a list starts, so that a
// client that reads a list page by page neither waits for the database to skip
// what it has read nor misses or doubles anyone when somebody is deleted
// meanwhile. Each key has its own: where the next page starts depends on when
// the one before it was read. The places used last are kept.
type positions struct {
	now   func() time.Time
	byKey *lru.Cache[place, remembered]
}

type remembered struct {
	after uuid.UUID
	until time.Time
}

func newPositions(now func() time.Time) *positions {
	byKey, err := lru.New[place, remembered](maxPlaces)
	if err != nil {
		panic(err) // the size is not positive
	}
	return &positions{now, byKey}
}

func (p *positions) get(at place) (uuid.UUID, bool) {
	r, ok := p.byKey.Get(at)
	if !ok || !p.now().Before(r.until) {
		return uuid.Nil, false
	}
	return r.after, true
}

func (p *positions) put(at place, after uuid.UUID) {
	p.byKey.Add(at, remembered{after, p.now().Add(rememberedFor)})
}
