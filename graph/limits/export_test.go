package limits

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// Visits is how many selections the walk visits in a document that the token
// limit lets pass.
func (l Limits) Visits(document string) int {
	if l.tokens(document) != nil {
		return 0
	}
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		return 0
	}
	w := newDocumentAnalyzer(l, doc)
	_ = w.document()
	return w.visited
}

// Size is how many documents are cached and how long their text is.
func (c *DocumentCache) Size() (documents int, bytes int64) { return c.cache.Size() }

// Variables are the variables of a request as operations see them.
func Variables(text string) (vars map[string]any) {
	decode([]byte(text), &vars)
	return vars
}
