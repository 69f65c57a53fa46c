package limits

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/internal/cache"
)

// The documents that are cached, and their text in bytes. Parsed, a document
// takes up to a hundred times its text.
const (
	maxCached      = 1000
	maxCachedBytes = 1 << 20
)

// DocumentCache caches documents for gqlgen that are valid and within the limits.
// Who sends many of them pushes out their own.
type DocumentCache struct {
	owner func(context.Context) uuid.UUID
	cache *cache.Cache[uuid.UUID, string, *ast.QueryDocument]
}

var _ graphql.Cache[*ast.QueryDocument] = &DocumentCache{}

// NewDocumentCache returns an empty cache. Whose the documents of a context are,
// owner says.
func NewDocumentCache(owner func(context.Context) uuid.UUID) *DocumentCache {
	return &DocumentCache{owner, cache.New[uuid.UUID, string, *ast.QueryDocument](cache.Config{Entries: maxCached, Cost: maxCachedBytes})}
}

// Get implements graphql.Cache.
func (c *DocumentCache) Get(ctx context.Context, text string) (*ast.QueryDocument, bool) {
	return c.cache.Get(c.owner(ctx), text)
}

// Add implements graphql.Cache.
func (c *DocumentCache) Add(ctx context.Context, text string, document *ast.QueryDocument) {
	c.cache.Add(c.owner(ctx), text, document, int64(len(text)))
}
