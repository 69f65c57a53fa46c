package people

import (
	"github.com/feddir/feddir/graph/extension"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/token"
)

// Reader reads lists of users and groups. Safe for concurrent use.
type Reader struct {
	Tx         *tx.Runner
	Tables     *tables.Set
	Index      *search.Index
	Feed       *feed.Feed
	Extensions *extension.Store
	IndexPages *list.IndexPages
	Sealer     *token.Sealer // of cursors
	URL        string        // of SCIM, which filters of references mean
	PageBytes  int64         // of a part of SCIM; see list.PageBytes
}
