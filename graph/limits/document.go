package limits

import (
	"context"
	"crypto/sha256"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/feddir/feddir/internal/apierror"
)

// maxAccepted is how many accepted documents a generation of the cache holds.
const maxAccepted = 1000

// Document refuses documents and variables beyond the limits before gqlgen
// validates them. It caches the digests of accepted documents, so a repeated
// document, which gqlgen caches too, costs a hash.
type Document struct {
	limits Limits

	mu            sync.Mutex
	recent, older map[[sha256.Size]byte]struct{}
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
} = &Document{}

// NewDocument returns the extension for these limits.
func NewDocument(limits Limits) *Document {
	return &Document{limits: limits, recent: map[[sha256.Size]byte]struct{}{}}
}

// ExtensionName implements graphql.HandlerExtension.
func (d *Document) ExtensionName() string { return "DocumentGuard" }

// Validate implements graphql.HandlerExtension.
func (d *Document) Validate(graphql.ExecutableSchema) error { return d.limits.Validate() }

// MutateOperationParameters implements graphql.OperationParameterMutator. It
// changes nothing; it is the only hook of gqlgen that runs before validation.
func (d *Document) MutateOperationParameters(_ context.Context, p *graphql.RawParams) *gqlerror.Error {
	if r := d.limits.variables(p.Variables); r != nil {
		return present(r)
	}
	digest := sha256.Sum256([]byte(p.Query))
	if d.isAccepted(digest) {
		return nil
	}
	if err := d.limits.document(p.Query); err != nil {
		return err
	}
	d.accept(digest)
	return nil
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

func (d *Document) isAccepted(digest [sha256.Size]byte) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.recent[digest]; ok {
		return true
	}
	if _, ok := d.older[digest]; ok {
		d.add(digest)
		return true
	}
	return false
}

func (d *Document) accept(digest [sha256.Size]byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.add(digest)
}

// add caches a digest. If the recent generation is full it drops the older one.
func (d *Document) add(digest [sha256.Size]byte) {
	if len(d.recent) >= maxAccepted {
		d.recent, d.older = make(map[[sha256.Size]byte]struct{}, maxAccepted), d.recent
	}
	d.recent[digest] = struct{}{}
}
