package snapshot

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/rs/zerolog"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

// Queries lets a query see one state of the database, also when it takes
// several statements. One that takes a single statement does that by itself, and
// is spared the round trips of a transaction.
type Queries struct {
	db    *entdb.DB
	reads map[*ast.FieldDefinition]int
}

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = &Queries{}

// New returns the extension for queries of a database.
func New(db *entdb.DB) *Queries { return &Queries{db: db} }

// ExtensionName implements graphql.HandlerExtension.
func (*Queries) ExtensionName() string { return "Snapshots" }

// Validate implements graphql.HandlerExtension.
func (s *Queries) Validate(es graphql.ExecutableSchema) error {
	s.reads = readingFields(es.Schema())
	return nil
}

// InterceptResponse implements graphql.ResponseInterceptor.
func (s *Queries) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) {
		return next(ctx)
	}
	op := graphql.GetOperationContext(ctx).Operation
	if op == nil || op.Operation != ast.Query || !s.Several(op) {
		return next(ctx)
	}
	ctx, end := s.db.WithSnapshot(ctx)
	defer func() {
		if err := end(); err != nil && ctx.Err() == nil {
			zerolog.Ctx(ctx).Warn().Str("error", sqlconn.Detail(err)).Msg("cannot end a snapshot")
		}
	}()
	return next(ctx)
}

// Several reports whether an operation takes several statements.
func (s *Queries) Several(op *ast.OperationDefinition) bool {
	return s.statements(op.SelectionSet, 0) > 1
}

// statements is how many statements a selection takes besides the n that are
// counted already; it stops at two.
func (s *Queries) statements(set ast.SelectionSet, n int) int {
	for _, sel := range set {
		if n > 1 {
			return n
		}
		switch sel := sel.(type) {
		case *ast.Field:
			n = s.statements(sel.SelectionSet, n+s.reads[sel.Definition])
		case *ast.InlineFragment:
			n = s.statements(sel.SelectionSet, n)
		case *ast.FragmentSpread:
			n = s.statements(sel.Definition.SelectionSet, n)
		}
	}
	return n
}
