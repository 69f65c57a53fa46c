package sqlconn

import (
	"container/list"
	"database/sql/driver"
)

// Bounds of the statement cache of one connection. Longer texts are long because
// of their many values and hardly ever come twice.
const (
	maxCached     = 256
	maxCachedText = 4 << 10
)

// stmtCache keeps the statements a connection has prepared, the least recently
// used last. It belongs to one connection and is not safe for concurrent use.
type stmtCache struct {
	byText map[string]*list.Element
	recent *list.List // of *cachedStmt
}

type cachedStmt struct {
	text     string
	stmt     driver.Stmt
	readOnly bool
}

func newStmtCache() *stmtCache {
	return &stmtCache{byText: make(map[string]*list.Element), recent: list.New()}
}

func (c *stmtCache) get(text string) *cachedStmt {
	e, ok := c.byText[text]
	if !ok {
		return nil
	}
	c.recent.MoveToFront(e)
	return e.Value.(*cachedStmt)
}

// put adds a statement and returns the one that had to leave for it, or nil.
func (c *stmtCache) put(s *cachedStmt) (evicted *cachedStmt) {
	if c.recent.Len() >= maxCached {
		evicted = c.recent.Back().Value.(*cachedStmt)
		c.remove(evicted)
	}
	c.byText[s.text] = c.recent.PushFront(s)
	return evicted
}

func (c *stmtCache) remove(s *cachedStmt) {
	if e, ok := c.byText[s.text]; ok {
		c.recent.Remove(e)
		delete(c.byText, s.text)
	}
}
