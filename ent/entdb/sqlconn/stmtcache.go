package sqlconn

import (
	"database/sql/driver"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// These bound the statement cache of one connection. Longer texts have many values
// and hardly ever come twice.
const (
	maxCached     = 256
	maxCachedText = 4 << 10
)

// stmtCache keeps the statements a connection has prepared. It belongs to one
// connection and is not safe for concurrent use.
type stmtCache struct {
	byText *simplelru.LRU[string, *cachedStmt]
}

type cachedStmt struct {
	text     string
	stmt     driver.Stmt
	readOnly bool
}

func newStmtCache() *stmtCache {
	byText, err := simplelru.NewLRU[string, *cachedStmt](maxCached, nil)
	if err != nil {
		panic(err) // the size is not positive
	}
	return &stmtCache{byText}
}

func (c *stmtCache) get(text string) *cachedStmt {
	s, _ := c.byText.Get(text)
	return s
}

// put adds a statement and returns the one that it evicts, or nil.
func (c *stmtCache) put(s *cachedStmt) (evicted *cachedStmt) {
	if c.byText.Len() >= maxCached {
		_, evicted, _ = c.byText.RemoveOldest()
	}
	c.byText.Add(s.text, s)
	return evicted
}

func (c *stmtCache) remove(s *cachedStmt) { c.byText.Remove(s.text) }

// all returns the cached statements.
func (c *stmtCache) all() []*cachedStmt { return c.byText.Values() }
