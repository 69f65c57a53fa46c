package graph

import (
	"context"
	"reflect"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/rs/zerolog"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph/generated"
)

// snapshots lets a query see one state of the database, also when it takes
// several statements. One that takes a single statement does that by itself, and
// is spared the round trips of a transaction.
type snapshots struct {
	db    *entdb.DB
	reads map[*ast.FieldDefinition]int
}

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = &snapshots{}

// ExtensionName implements graphql.HandlerExtension.
func (*snapshots) ExtensionName() string { return "Snapshots" }

// Validate implements graphql.HandlerExtension.
func (s *snapshots) Validate(es graphql.ExecutableSchema) error {
	s.reads = readingFields(es.Schema())
	return nil
}

// InterceptResponse implements graphql.ResponseInterceptor.
func (s *snapshots) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) {
		return next(ctx)
	}
	op := graphql.GetOperationContext(ctx).Operation
	if op == nil || op.Operation != ast.Query || s.statements(op.SelectionSet, 0) < 2 {
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

// statements is how many statements a selection takes besides the n that are
// counted already; it stops at two.
func (s *snapshots) statements(set ast.SelectionSet, n int) int {
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

// takes is how many statements a field takes where that is not one: two stand
// for several.
var takes = map[string]int{
	"Query.viewer": 0, "Query.serverInfo": 0, "Change.changes": 0,
	"Query.nodes": 2, // one for each type
}

// readingFields tells how many statements each field takes that has a resolver
// and an object to find, or counts.
func readingFields(schema *ast.Schema) map[*ast.FieldDefinition]int {
	resolved := resolvedFields()
	reads := make(map[*ast.FieldDefinition]int)
	named := make(map[string]int) // the same for fields of interfaces
	for _, def := range schema.Types {
		for _, f := range def.Fields {
			name := def.Name + "." + f.Name
			n, told := takes[name]
			if !told && (f.Name == "totalCount" || schema.Types[f.Type.Name()].IsCompositeType() && resolved[strings.ToLower(name)]) {
				n = 1
			}
			reads[f] = n
			named[f.Name] = max(named[f.Name], n)
		}
	}
	for _, def := range schema.Types {
		if def.Kind == ast.Interface {
			for _, f := range def.Fields {
				reads[f] = named[f.Name]
			}
		}
	}
	return reads
}

// resolvedFields are the fields that have a resolver, as "type.field" in lower
// case.
func resolvedFields() map[string]bool {
	found := make(map[string]bool)
	root := reflect.TypeFor[generated.ResolverRoot]()
	for i := range root.NumMethod() {
		of := root.Method(i)
		resolver := of.Type.Out(0)
		for j := range resolver.NumMethod() {
			found[strings.ToLower(of.Name+"."+resolver.Method(j).Name)] = true
		}
	}
	return found
}
