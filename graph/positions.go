package graph

import (
	"container/list"
	"sync"

	"github.com/google/uuid"
)

// place is a place in a list of a directory.
type place struct {
	directory uuid.UUID
	table     string
	filter    string
	index     int // from 1
}

// maxPlaces is how many places are remembered; each is some 200 bytes.
const maxPlaces = 4096

// positions remembers after which id a place in a list starts, so that a
// client that reads a list page by page neither waits for the database to skip
// what it has read nor misses or doubles anyone when somebody is deleted
// meanwhile. The places used last are kept.
type positions struct {
	mu    sync.Mutex
	order list.List // of *remembered, the latest first
	byKey map[place]*list.Element
}

type remembered struct {
	place place
	after uuid.UUID
}

func newPositions() *positions { return &positions{byKey: make(map[place]*list.Element)} }

func (p *positions) get(at place) (uuid.UUID, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, ok := p.byKey[at]
	if !ok {
		return uuid.Nil, false
	}
	p.order.MoveToFront(e)
	return e.Value.(*remembered).after, true
}

func (p *positions) put(at place, after uuid.UUID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e, ok := p.byKey[at]; ok {
		e.Value.(*remembered).after = after
		p.order.MoveToFront(e)
		return
	}
	p.byKey[at] = p.order.PushFront(&remembered{at, after})
	if p.order.Len() > maxPlaces {
		last := p.order.Back()
		delete(p.byKey, p.order.Remove(last).(*remembered).place)
	}
}
