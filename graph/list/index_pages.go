package list

import (
	"crypto/sha256"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
)

// How many readers' pages are remembered, how many of each, and for how long. A
// page takes some 200 bytes whatever list it is of, so all take 6 MiB at most. A
// client that reads on comes back within the time; for anybody else the page
// may have moved.
const (
	maxReaders        = 1024
	maxPagesPerReader = 32
	rememberedFor     = time.Minute
)

// IndexPages remembers after which id a page starts that is asked for by its
// index, so that a client that reads a list page by page neither waits for the
// database to skip what it has read nor misses or doubles anyone when somebody
// is deleted meanwhile. Each reader has its own, those used last: where the next
// page starts depends on when the one before it was read, and nobody is to
// push out what another needs.
type IndexPages struct {
	now     func() time.Time
	readers *lru.Cache[uuid.UUID, *lru.Cache[indexPage, pageStart]]
}

// indexPage is a page of a list. The list is known by the digest of its name,
// which holds a filter of any length.
type indexPage struct {
	list  [sha256.Size]byte
	index int // from 1
}

type pageStart struct {
	after uuid.UUID
	until time.Time
}

// NewIndexPages returns a cache that has nothing.
func NewIndexPages(now func() time.Time) *IndexPages {
	return &IndexPages{now, newLRU[uuid.UUID, *lru.Cache[indexPage, pageStart]](maxReaders)}
}

func newLRU[K comparable, V any](size int) *lru.Cache[K, V] {
	c, err := lru.New[K, V](size)
	if err != nil {
		panic(err) // the size is not positive
	}
	return c
}

// readerPages are the pages of a list for one reader.
type readerPages struct {
	now   func() time.Time
	pages *lru.Cache[indexPage, pageStart]
	list  [sha256.Size]byte
}

// of returns the pages of a list for a reader.
func (p *IndexPages) of(reader uuid.UUID, list string) readerPages {
	pages, ok := p.readers.Get(reader)
	if !ok {
		pages = newLRU[indexPage, pageStart](maxPagesPerReader)
		if other, ok, _ := p.readers.PeekOrAdd(reader, pages); ok {
			pages = other
		}
	}
	return readerPages{p.now, pages, sha256.Sum256([]byte(list))}
}

func (p readerPages) get(index int) (uuid.UUID, bool) {
	start, ok := p.pages.Get(indexPage{p.list, index})
	if !ok || !p.now().Before(start.until) {
		return uuid.Nil, false
	}
	return start.after, true
}

func (p readerPages) put(index int, after uuid.UUID) {
	p.pages.Add(indexPage{p.list, index}, pageStart{after, p.now().Add(rememberedFor)})
}
