package limits

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/feddir/feddir/internal/apierror"
)

// Document refuses documents and variables beyond the limits before gqlgen
// validates them. What gqlgen has cached was accepted before.
type Document struct {
	limits Limits
	cached graphql.Cache[*ast.QueryDocument]
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
} = &Document{}

// NewDocument returns the extension for these limits and the cache that gqlgen
// uses.
func NewDocument(limits Limits, cached graphql.Cache[*ast.QueryDocument]) *Document {
	return &Document{limits, cached}
}

// ExtensionName implements graphql.HandlerExtension.
func (d *Document) ExtensionName() string { return "DocumentGuard" }

// Validate implements graphql.HandlerExtension.
func (d *Document) Validate(graphql.ExecutableSchema) error { return d.limits.Validate() }

// MutateOperationParameters implements graphql.OperationParameterMutator. It
// changes nothing; it is the only hook of gqlgen that runs before validation.
func (d *Document) MutateOperationParameters(ctx context.Context, p *graphql.RawParams) *gqlerror.Error {
	if r := d.limits.variables(p.Variables); r != nil {
		return present(r)
	}
	if _, ok := d.cached.Get(ctx, p.Query); ok {
		return nil
	}
	return d.limits.document(p.Query)
}

// document parses and checks a document. The token limit bounds its work.
func (l Limits) document(query string) *gqlerror.Error {
	if r := l.tokens(query); r != nil {
		return present(r)
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, l.Tokens)
	if err != nil {
		return parseError(err)
	}
	if len(doc.Operations) == 0 {
		return present(apierror.Errorf(CodeParseFailed, "", "the document has no operation"))
	}
	return present(newDocumentAnalyzer(l, doc).document())
}

func parseError(err error) *gqlerror.Error {
	e := gqlerror.WrapIfUnwrapped(err)
	out := present(apierror.Errorf(CodeParseFailed, "", "%s", truncate(e.Message)))
	out.Locations = e.Locations
	return out
}

// tokens refuses long documents and long names before they are parsed: validation
// compares each unknown name with all known ones, letter by letter. A malformed
// token is left to the parser, which reports it.
func (l Limits) tokens(query string) *apierror.Error {
	lex := lexer.New(&ast.Source{Input: query})
	for range l.Tokens {
		token, err := lex.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return nil
		}
		if token.Kind == lexer.Name && len(token.Value) > l.NameBytes {
			return apierror.Errorf(apierror.Limit, "", "a name is longer than %d bytes", l.NameBytes)
		}
	}
	if token, err := lex.ReadToken(); err == nil && token.Kind == lexer.EOF {
		return nil
	}
	return apierror.Errorf(apierror.Limit, "", "the document has more than %d tokens", l.Tokens)
}
