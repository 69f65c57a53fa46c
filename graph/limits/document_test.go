package limits_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/feddir/feddir/graph/limits"
)

// Directives in a fragment count once, however often the fragment is spread.
func TestOrdinaryDocumentsPass(t *testing.T) {
	t.Parallel()
	for name, document := range map[string]string{
		"directives in a fragment": `{a{...F} b:a{...F}}fragment F on Query{` + repeat(10, func(i int) string { return fmt.Sprintf("x%d:name @skip(if:true) ", i) }) + `}`,
		"15 levels":                nested(15),
		"30 aliases":               `{a{` + repeat(30, func(i int) string { return fmt.Sprintf("x%d:name ", i) }) + `}}`,
		"fields in fragments":      `{a{...A ...B ...C}}fragment A on Query{name}fragment B on Query{name}fragment C on Query{name}`,
		"several operations":       `query A{name}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if a := newServer(t).query(t, document, nil); a.Status != 200 {
				t.Errorf("%s", a.Body)
			}
		})
	}
}

func nested(n int) string {
	document := "name"
	for range n - 1 {
		document = "a{" + document + "}"
	}
	return "{" + document + "}"
}

// A document is read again once others have pushed it out of the cache, and a
// refused one stays refused.
func TestDocumentsAreCached(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	ask := func(document string) bool { return s.query(t, document, nil).Status == 200 }
	for range 3 {
		if ask(attacks["2,000 aliases"]) || !ask(`{name}`) {
			t.Fatal("the second answer differs from the first")
		}
	}
	if n := s.validated.Load(); n != 1 {
		t.Errorf("one document was validated %d times", n)
	}
	for i := range 300 {
		ask(fmt.Sprintf(`{x%d:name #%s`+"\n}", i, strings.Repeat("x", 10_000)))
	}
	if n, bytes := s.documents.Size(); n == 0 || bytes > 1<<20 {
		t.Errorf("%d documents with %d bytes are cached", n, bytes)
	}
	if before := s.validated.Load(); !ask(`{name}`) || s.validated.Load() != before+1 {
		t.Error("the document is cached, or refused")
	}
}

func TestLimitsMustBePositive(t *testing.T) {
	t.Parallel()
	if err := limits.DefaultLimits().Validate(); err != nil {
		t.Error(err)
	}
	bounds := limits.DefaultLimits()
	bounds.Depth = 0
	if bounds.Validate() == nil {
		t.Error("a missing limit passes")
	}
}

func FuzzDocument(f *testing.F) {
	for _, document := range attacks {
		if len(document) < 4<<10 {
			f.Add(document)
		}
	}
	f.Add(introspectionQuery)
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: sdl})
	es := &graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema }}
	bounds := limits.DefaultLimits()
	cost := &limits.Cost{Limits: bounds}
	_ = cost.Validate(es)
	f.Fuzz(func(t *testing.T, document string) {
		d := limits.NewDocument(bounds, graphql.NoCache[*ast.QueryDocument]{})
		if bounds.Visits(document) > bounds.Tokens {
			t.Fatal("too many nodes visited")
		}
		if d.MutateOperationParameters(t.Context(), &graphql.RawParams{Query: document}) != nil {
			return
		}
		doc, errs := gqlparser.LoadQueryWithRules(schema, document, nil)
		if errs != nil {
			return
		}
		for _, op := range doc.Operations {
			vars, err := validator.VariableValues(schema, op, nil)
			if err != nil {
				continue
			}
			_ = cost.MutateOperationContext(context.Background(), &graphql.OperationContext{Doc: doc, Operation: op, Variables: vars})
		}
	})
}

func BenchmarkDocument(b *testing.B) {
	for name, document := range map[string]string{
		"ordinary":      `query($n:Int){users(first:$n){totalCount pageInfo{hasNextPage} edges{node{id userName emails{value}}}}}`,
		"introspection": introspectionQuery,
		"worst":         `{a{` + repeat(8, func(int) string { return `a{name ` + repeat(28, func(int) string { return "...{name}" }) + `}` }) + `}}`,
	} {
		b.Run(name, func(b *testing.B) {
			d := limits.NewDocument(limits.DefaultLimits(), graphql.NoCache[*ast.QueryDocument]{})
			for b.Loop() {
				_ = d.MutateOperationParameters(b.Context(), &graphql.RawParams{Query: document})
			}
		})
	}
}

// BenchmarkValidation is what the costliest documents that pass cost gqlgen.
func BenchmarkValidation(b *testing.B) {
	for name, document := range costliest {
		b.Run(name, func(b *testing.B) {
			s := newServer(b)
			for b.Loop() {
				s.query(b, document, nil)
			}
			b.ReportMetric(float64(s.validated.Load())/float64(b.N), "validated/op")
		})
	}
}

var costliest = map[string]string{
	"inline fragments":   `{a{` + repeat(240, func(int) string { return "...{name}" }) + `}}`,
	"nested repeats":     `{` + repeat(10, func(int) string { return `a{` + repeat(10, func(int) string { return "a{name name}" }) + `}` }) + `}`,
	"nested in inline":   `{a{` + repeat(120, func(int) string { return "...{a{name}}" }) + `}}`,
	"chain of fragments": `{...F0}` + repeat(80, func(i int) string { return fmt.Sprintf("fragment F%d on Query{name ...F%d}", i, i+1) }) + `fragment F80 on Query{name}`,
	"fragments crossing": `{a{` + repeat(60, func(i int) string { return fmt.Sprintf("...F%d ", i) }) + `}}` + repeat(60, func(i int) string { return fmt.Sprintf("fragment F%d on Query{a{a{name}}}", i) }),
	"unknown fields":     `{a{` + repeat(380, func(i int) string { return fmt.Sprintf("userNameWhichIsLongAndUnknownAndLongAndUnknown%d ", i) }) + `}}`,
}
