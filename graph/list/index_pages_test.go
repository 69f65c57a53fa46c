package list

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// A reader of very many lists loses its own pages, and nobody else's; and the
// length of a filter counts for nothing.
func TestReadersKeepTheirOwnPages(t *testing.T) {
	t.Parallel()
	p := NewIndexPages(time.Now)
	quiet, noisy, start := uuid.New(), uuid.New(), uuid.New()
	p.of(quiet, "users").put(3, start)
	for i := range 10 * maxPagesPerReader * maxReaders / 8 {
		p.of(noisy, fmt.Sprint("users ", i, strings.Repeat("x", i%100))).put(3, uuid.New())
	}
	if after, ok := p.of(quiet, "users").get(3); !ok || after != start {
		t.Error("a noisy reader pushed a quiet one's page out")
	}
	if pages, _ := p.readers.Peek(noisy); pages.Len() > maxPagesPerReader || p.readers.Len() != 2 {
		t.Errorf("%d pages of one reader are kept", pages.Len())
	}
	for range 2 * maxReaders {
		p.of(uuid.New(), "users").put(1, start)
	}
	if n := p.readers.Len(); n > maxReaders {
		t.Errorf("pages of %d readers are kept", n)
	}
}

func TestPagesAreOfOneListAndATime(t *testing.T) {
	t.Parallel()
	now := time.Now()
	p := NewIndexPages(func() time.Time { return now })
	reader, start := uuid.New(), uuid.New()
	p.of(reader, "users").put(3, start)
	for name, got := range map[string]readerPages{"another list": p.of(reader, "groups"), "another reader": p.of(uuid.New(), "users")} {
		if _, ok := got.get(3); ok {
			t.Errorf("%s has the page", name)
		}
	}
	if _, ok := p.of(reader, "users").get(4); ok {
		t.Error("another page is known")
	}
	if now = now.Add(rememberedFor); true {
		if _, ok := p.of(reader, "users").get(3); ok {
			t.Error("it is known for ever")
		}
	}
}
