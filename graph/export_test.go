package graph

import (
	"github.com/vektah/gqlparser/v2"

	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/graph/snapshot"
)

// TakesSeveralStatements reports whether a query is given a snapshot.
func (r *Resolver) TakesSeveralStatements(document string) (bool, error) {
	s := snapshot.New(nil)
	if err := s.Validate(r.Schema()); err != nil {
		return false, err
	}
	doc, err := gqlparser.LoadQueryWithRules(r.Schema().Schema(), document, nil)
	if err != nil {
		return false, err
	}
	return s.Several(doc.Operations[0]), nil
}

// FitPages makes pages of lists hold at most so many bytes of rows.
func (r *Resolver) FitPages(bytes int64) { r.people.PageBytes, r.changes.PageBytes = bytes, bytes }

// Index returns what people are found by.
func (r *Resolver) Index() *search.Index { return r.index }
