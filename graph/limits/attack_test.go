package limits_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

func repeat(n int, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(f(i))
	}
	return b.String()
}

func unique(n int) string {
	return repeat(n, func(i int) string { return fmt.Sprintf("f%d ", i) })
}

// doubling is a chain of fragments that each spread the next one twice.
func doubling(n int) string {
	return `{...F0}` + repeat(n, func(i int) string {
		return fmt.Sprintf(`fragment F%d on Query{...F%d a{...F%d}}`, i, i+1, i+1)
	}) + fmt.Sprintf(`fragment F%d on Query{name}`, n)
}

// attacks are documents that cost a stock server seconds to hours, or memory.
var attacks = map[string]string{
	"one field 50,000 times, short":    `{` + strings.Repeat("a ", 50_000) + `}`,
	"__typename 14,000 times":          `{` + strings.Repeat("__typename ", 14_000) + `}`,
	"500 times the same field":         `{a{` + strings.Repeat("name ", 490) + `}}`,
	"selection sets 3,700 times":       `{` + strings.Repeat("a{__typename}", 3_700) + `}`,
	"300 by 10 nested duplicates":      `{` + strings.Repeat(`a{`+strings.Repeat("name ", 10)+`}`, 300) + `}`,
	"nested 100,000 deep":              strings.Repeat("{a", 100_000),
	"lists 100,000 deep":               `{node(id:` + strings.Repeat("[", 100_000) + `)}`,
	"objects 20,000 deep":              `{user(by:` + strings.Repeat("{id:", 20_000) + `)}`,
	"16 levels":                        strings.Repeat("{a", 16) + strings.Repeat("}", 16),
	"100,000 unknown directives":       `{name ` + strings.Repeat("@x ", 100_000) + `}`,
	"21 directives":                    `{name ` + strings.Repeat("@x ", 21) + `}`,
	"directives on variables":          `query(` + repeat(21, func(i int) string { return fmt.Sprintf("$v%d:ID @x ", i) }) + `){name}`,
	"directives on a fragment":         `{...F}fragment F on Query ` + strings.Repeat("@x ", 21) + `{name}`,
	"2,000 aliases":                    `{` + repeat(2_000, func(i int) string { return fmt.Sprintf("x%d:name ", i) }) + `}`,
	"31 aliases below the root":        `{a{` + repeat(31, func(i int) string { return fmt.Sprintf("x%d:name ", i) }) + `}}`,
	"101 aliases of __typename":        `{` + repeat(101, func(i int) string { return fmt.Sprintf("x%d:__typename ", i) }) + `}`,
	"aliases through a fragment":       `{a{...F b:a{...F c:a{...F d:a{...F}}}}}fragment F on Query{` + repeat(8, func(i int) string { return fmt.Sprintf("x%d:name ", i) }) + `}`,
	"21 root fields":                   `{` + repeat(7, func(i int) string { return "name a{name}__typename " }) + `}`,
	"root fields through a fragment":   `{...F ...F ...F ...F}fragment F on Query{name a{name} __typename group{id} node(id:1){id} x:name}`,
	"doubling fragments":               doubling(28),
	"fragment cycle":                   `{...A}fragment A on Query{...B}fragment B on Query{a{...A}}`,
	"fragment spreading itself":        `{...A}fragment A on Query{...A}`,
	"cycle of unused fragments":        `{name}fragment A on Query{...B}fragment B on Query{...A}`,
	"two fragments of one name":        `{...A}fragment A on Query{name}fragment A on Query{name}`,
	"2,000 inline fragments":           `{` + strings.Repeat("...on Query{name}", 2_000) + `}`,
	"11 times the same field":          `{a{` + strings.Repeat("name ", 11) + `}}`,
	"401 fields":                       `{a{` + unique(401) + `}}`,
	"401 fields through a fragment":    `{a{...F a{...F a{...F}}}}fragment F on Query{` + unique(133) + `}`,
	"401 fields in an unused fragment": `{name}fragment F on Query{` + unique(401) + `}`,
	"a name of 200 kB":                 `{` + strings.Repeat("a", 200_000) + `}`,
	"5,000 nested nots":                `{users(where:` + strings.Repeat("{not:", 5_000) + `{}` + strings.Repeat("}", 5_000) + `){totalCount}}`,
	"comment flood":                    strings.Repeat("#\n", 60_000) + `{name}`,
	"deferred":                         `{...@defer{name}}`,
	"streamed":                         `{name @stream}`,
}

func TestAttacksAreRefusedBeforeValidation(t *testing.T) {
	t.Parallel()
	for name, document := range attacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(_ *server, c *config) { c.limits.BodyBytes = 4 << 20 })
			a := s.query(t, document, nil)
			if a.Status < 400 || a.Status > 499 || a.Data != nil {
				t.Errorf("status %d, data %s; want a refusal", a.Status, a.Data)
			}
			if n := s.validated.Load() + s.executed.Load(); n != 0 {
				t.Error("the document reached validation")
			}
			if len(a.Body) > 1024 {
				t.Errorf("the answer has %d bytes", len(a.Body))
			}
		})
	}
}

// What one document costs is bounded by its text, whatever it expands to.
func TestWalkVisitsNoMoreNodesThanTokens(t *testing.T) {
	t.Parallel()
	for name, document := range attacks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limits := limits.DefaultLimits()
			if n := limits.Visits(document); n > limits.Tokens {
				t.Errorf("%d nodes visited", n)
			}
		})
	}
}

func TestIntrospectionRecursionIsRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := s.query(t, `{__schema{types{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}`, nil)
	if a.code() != limits.CodeValidationFailed || s.executed.Load() != 0 {
		t.Errorf("code %q", a.code())
	}
}

func TestErrorsAreFewAndShort(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	long := strings.Repeat("x", 60)
	a := s.query(t, `{a{`+repeat(300, func(i int) string { return fmt.Sprintf("%s%d ", long, i) })+`}}`, nil)
	if len(a.Errors) != limits.DefaultLimits().Errors || len(a.Body) > 8<<10 {
		t.Errorf("%d errors in %d bytes", len(a.Errors), len(a.Body))
	}
	a.Errors = append(a.Errors, s.query(t, `{group(id:"`+strings.Repeat("x", 10_000)+`"){id}}`, nil).Errors...)
	for _, e := range a.Errors {
		if n := len([]rune(e.Message)); n > 201 {
			t.Errorf("a message of %d characters", n)
		}
	}
}

func TestVariablesAreBounded(t *testing.T) {
	t.Parallel()
	const byUsers = `query($w:UserWhereInput){users(where:$w){totalCount}}`
	nest := func(key string, n int) any {
		var v any = map[string]any{"userName": "x"}
		for range n {
			v = map[string]any{key: v}
		}
		return v
	}
	many := func(n int, item any) []any {
		list := make([]any, n)
		for i := range list {
			list[i] = item
		}
		return list
	}
	condition := map[string]any{"userName": "x"}
	for name, c := range map[string]struct {
		document  string
		variables map[string]any
		code      apierror.Code
	}{
		"30 conditions":            {byUsers, map[string]any{"w": map[string]any{"or": many(30, condition)}}, ""},
		"31 conditions":            {byUsers, map[string]any{"w": map[string]any{"or": many(31, condition)}}, apierror.Limit},
		"3,000 conditions":         {byUsers, map[string]any{"w": map[string]any{"or": many(3_000, condition)}}, apierror.Limit},
		"4 levels":                 {byUsers, map[string]any{"w": nest("not", 3)}, ""},
		"5 levels":                 {byUsers, map[string]any{"w": nest("not", 4)}, apierror.Limit},
		"nested lists as objects":  {byUsers, map[string]any{"w": nest("hasGroupsWith", 4)}, apierror.Limit},
		"5,000 levels":             {byUsers, map[string]any{"w": nest("not", 5_000)}, apierror.Limit},
		"a list of 101":            {byUsers, map[string]any{"w": map[string]any{"userNameIn": many(101, "x")}}, apierror.Limit},
		"a list of 100":            {byUsers, map[string]any{"w": map[string]any{"userNameIn": many(100, "x")}}, ""},
		"10,000 ids":               {`mutation($i:[ID!]!){addMembers(ids:$i){id}}`, map[string]any{"i": many(10_000, "x")}, apierror.Limit},
		"101 ids":                  {`mutation($i:[ID!]!){addMembers(ids:$i){id}}`, map[string]any{"i": many(101, "x")}, apierror.Limit},
		"a longer list by name":    {`mutation($i:CreateUserInput!){createUser(input:$i){id}}`, map[string]any{"i": map[string]any{"userName": "x", "members": many(500, "x")}}, ""},
		"a too long list by name":  {`mutation($i:CreateUserInput!){createUser(input:$i){id}}`, map[string]any{"i": map[string]any{"userName": "x", "members": many(501, "x")}}, apierror.Limit},
		"conditions in a literal":  {`{users(where:{or:[` + strings.Repeat(`{userName:"x"}`, 31) + `]}){totalCount}}`, nil, apierror.Limit},
		"conditions in many parts": {`{a{` + repeat(16, func(i int) string { return fmt.Sprintf(`u%d:users(where:{userName:"x",active:true}){totalCount}`, i) }) + `}}`, nil, apierror.Limit},
		"conditions in a fragment": {`{a{...F} b:a{...F} c:a{...F}}fragment F on Query{users(where:{or:[` + strings.Repeat(`{userName:"x"}`, 11) + `]}){totalCount}}`, nil, apierror.Limit},
		"unused and many":          {`{name}`, map[string]any{"x": many(10_000, 1)}, apierror.Limit},
		"unused and deep":          {`{name}`, map[string]any{"x": nest("y", 40)}, apierror.Limit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(_ *server, c *config) { c.limits.Lists = map[string]int{"members": 500} })
			if a := s.query(t, c.document, c.variables); a.code() != c.code {
				t.Errorf("code %q, want %q: %s", a.code(), c.code, a.Body)
			}
		})
	}
}

func TestOneOf(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]map[string]any{
		"two values": {"id": "a", "userName": "b"},
		"none":       {},
		"null":       {"id": nil},
		"and a null": {"id": "a", "userName": nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			a := s.query(t, `query($by:UserBy!){user(by:$by){id}}`, map[string]any{"by": by})
			if a.code() != limits.CodeValidationFailed || s.executed.Load() != 0 {
				t.Errorf("variable: code %q", a.code())
			}
			if _, err := limits.OneOf(t.Context(), maps.Clone(by), next); err == nil {
				t.Error("the directive lets it pass")
			}
		})
	}
	s := newServer(t)
	if a := s.query(t, `query($by:UserBy!){user(by:$by){id}}`, map[string]any{"by": map[string]any{"id": "a"}}); a.Status != 200 {
		t.Errorf("one value: %s", a.Body)
	}
	if got, err := limits.OneOf(t.Context(), map[string]any{"id": "a"}, next); err != nil || got != "next" {
		t.Errorf("one value: %v, %v", got, err)
	}
	if _, err := limits.OneOf(t.Context(), nil, next); err == nil {
		t.Error("no object: the directive lets it pass")
	}
}

func next(context.Context) (any, error) { return "next", nil }
