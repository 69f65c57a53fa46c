package limits_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

func field(name string) *ast.Field {
	return &ast.Field{Name: name, Alias: name, Definition: &ast.FieldDefinition{Name: name, Type: ast.NamedType("User", nil)}}
}

func TestCost(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]float64{
		`{name}`:                         1,
		`{node(id:1){id userName}}`:      1,
		`{a{a{name}}}`:                   2,
		`{nodes(ids:["a","b","c"]){id}}`: 3,
		`{nodes(ids:["a","b"]){groups(first:5){edges{node{id}}}}}`:                                16,
		`{node(id:1){emails{value}}}`:                                                             2,
		`{node(id:1){emails{owner{id}}}}`:                                                         12,
		`{users{edges{node{id}}}}`:                                                                52,
		`{users(first:100){edges{cursor node{id}}}}`:                                              102,
		`{users(first:null){edges{node{id}}}}`:                                                    52,
		`{users(first:10){totalCount}}`:                                                           12,
		`{users(first:10){pageInfo{endCursor}}}`:                                                  3,
		`{users(first:0){edges{node{id}}}}`:                                                       3,
		`{users(query:"ada",first:10){edges{node{id}}}}`:                                          112,
		`{users(query:"",first:10){edges{node{id}}}}`:                                             12,
		`{users(last:7){edges{node{id}}}}`:                                                        9,
		`{users(first:3,last:7){edges{node{id}}}}`:                                                9,
		`{users(first:10,where:{active:true}){totalCount}}`:                                       13,
		`{users(first:10){edges{node{groups{edges{node{id}}}}}}}`:                                 232,
		`{users(first:10){edges{node{groups(first:5){totalCount}}}}}`:                             132,
		`{users(first:10){...E}}fragment E on UserConnection{edges{node{id}}}`:                    12,
		`{users(first:10){...on UserConnection{edges{node{id}}}}}`:                                12,
		`{a{...F} b:a{...F}}fragment F on Query{users(first:10){edges{node{id}}}}`:                26,
		`mutation{createUser(input:{userName:"x"}){id}}`:                                          11,
		`mutation{a:createUser(input:{userName:"x"}){id} b:createUser(input:{userName:"y"}){id}}`: 22,
		`mutation{addMembers(ids:["a"]){id}}`:                                                     11,
	} {
		t.Run(document, func(t *testing.T) {
			t.Parallel()
			a := newServer(t).query(t, document, nil)
			cost, _ := a.Extensions["cost"].(map[string]any)
			if a.Status != 200 || cost["requested"] != want || cost["limit"] != 5000.0 {
				t.Errorf("want %v: %s", want, a.Body)
			}
		})
	}
}

func TestCostlyOperationsAreRefused(t *testing.T) {
	t.Parallel()
	const page = `query($n:Int){users(first:$n){edges{node{id}}}}`
	for name, c := range map[string]struct {
		document  string
		variables map[string]any
		code      apierror.Code
		field     any
	}{
		"a page too large":        {`{users(first:101){totalCount}}`, nil, apierror.Limit, "first"},
		"a last page too large":   {`{users(last:101){totalCount}}`, nil, apierror.Limit, "last"},
		"in a variable":           {page, map[string]any{"n": 101}, apierror.Limit, "first"},
		"as a string":             {page, map[string]any{"n": "1000000"}, limits.CodeValidationFailed, "first"},
		"as a default":            {`query($n:Int=101){users(first:$n){edges{node{id}}}}`, nil, apierror.Limit, "first"},
		"negative":                {`{users(first:-1){totalCount}}`, nil, apierror.Invalid, "first"},
		"larger than any integer": {`{users(first:99999999999999999999){totalCount}}`, nil, limits.CodeValidationFailed, nil},
		"pages of pages":          {`{users(first:100){edges{node{groups(first:100){edges{node{id}}}}}}}`, nil, apierror.Limit, nil},
		"pages of pages of pages": {`{users{edges{node{groups{edges{node{members{edges{node{groups{edges{node{members{edges{node{id}}}}}}}}}}}}}}}}`, nil, apierror.Limit, nil},
		"many totals":             {`{users(first:100){edges{node{groups(first:1){totalCount edges{node{members(first:40){totalCount}}}}}}}}`, nil, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			a := s.query(t, c.document, c.variables)
			if a.code() != c.code || (c.code != "" && (a.Errors[0].Extensions["field"] != c.field || s.executed.Load() != 0)) {
				t.Errorf("%s", a.Body)
			}
		})
	}
}

// Pricing must not explode either when it is used without the document's guard.
func TestDoublingFragmentsArePricedOnce(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: sdl})
	cost := &limits.Cost{Limits: limits.DefaultLimits()}
	if err := cost.Validate(&graphql.ExecutableSchemaMock{SchemaFunc: func() *ast.Schema { return schema }}); err != nil {
		t.Fatal(err)
	}
	doc, err := gqlparser.LoadQueryWithRules(schema, doubling(200), nil)
	if err != nil {
		t.Fatal(err)
	}
	op := &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0]}
	if err := cost.MutateOperationContext(t.Context(), op); err == nil || err.Extensions["code"] != string(apierror.Limit) {
		t.Errorf("%v", err)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0).UTC()
	b := limits.NewBudget(100, 7, func() time.Time { return now })
	b.Take("a", 70)
	want := limits.RateLimit{Limit: 100, Remaining: 30, RestoreRate: 7, ResetAt: now.Add(9999 * time.Millisecond)}
	if got := b.Of("a"); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	now = now.Add(time.Second)
	if got := b.Of("a").Remaining; got != 37 {
		t.Errorf("%d points a second later, want 37", got)
	}
}

func TestOverBudget(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	s := newServer(t, func(_ *server, c *config) {
		c.budget = limits.NewBudget(100, 10, func() time.Time { return now })
	})
	const document = `{users(first:50){edges{node{id}}}}`
	if a := s.query(t, document, nil); a.Status != 200 {
		t.Fatal(a.Body)
	}
	a := s.query(t, document, nil)
	if a.Status != 429 || a.code() != apierror.RateLimited || a.Header.Get("Retry-After") != "1" || a.Errors[0].Extensions["retryAfter"] != 1.0 {
		t.Errorf("status %d, Retry-After %q: %s", a.Status, a.Header.Get("Retry-After"), a.Body)
	}
	if cost, _ := a.Extensions["cost"].(map[string]any); cost["requested"] != 52.0 {
		t.Errorf("cost %v", cost)
	}
	want := map[string]any{"limit": 100.0, "remaining": 48.0, "restoreRate": 10.0, "resetAt": "1970-01-01T00:00:05.2Z"}
	if rate, _ := a.Extensions["rateLimit"].(map[string]any); !maps.Equal(rate, want) {
		t.Errorf("rate limit %v", rate)
	}
	now = now.Add(time.Second)
	if a := s.query(t, document, nil); a.Status != 200 {
		t.Error(a.Body)
	}
}

// What is refused is charged too, and who has nothing left is not even read.
func TestRefusedRequestsAreCharged(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	s := newServer(t, func(_ *server, c *config) {
		c.budget = limits.NewBudget(100, 10, func() time.Time { return now })
	})
	for _, document := range []string{`{nmae}`, `{`} {
		if a := s.query(t, document, nil); a.Status == 429 {
			t.Fatal(a.Body)
		}
	}
	before := s.validated.Load()
	for _, document := range []string{`{nmae}`, `{nmea}`, `{name}`} {
		if a := s.query(t, document, nil); a.Status != 429 || a.Header.Get("Retry-After") != "5" {
			t.Errorf("%s: %d, Retry-After %q: %s", document, a.Status, a.Header.Get("Retry-After"), a.Body)
		}
	}
	if n := s.validated.Load() - before; n != 0 {
		t.Errorf("%d documents were validated", n)
	}
	now = now.Add(time.Second)
	if a := s.query(t, `{name}`, nil); a.Status != 200 {
		t.Error(a.Body)
	}
}

func TestIntrospection(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		document string
		allowed  bool
		status   int
	}{
		"all of it":            {introspectionQuery, true, 200},
		"all of it, forbidden": {introspectionQuery, false, 403},
		"__type":               {`{__type(name:"User"){name}}`, false, 403},
		"in a fragment":        {`{...F}fragment F on Query{...G}fragment G on Query{...on Query{__schema{types{name}}}}`, false, 403},
		"__typename":           {`{__typename}`, false, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(_ *server, cfg *config) { cfg.allowed = c.allowed })
			if a := s.query(t, c.document, nil); a.Status != c.status {
				t.Errorf("status %d, want %d: %s", a.Status, c.status, a.Body)
			}
		})
	}
}

func TestSuggestionsAreForThoseWhoMayIntrospect(t *testing.T) {
	t.Parallel()
	for _, allowed := range []bool{true, false} {
		s := newServer(t, func(_ *server, c *config) { c.allowed = allowed })
		for _, document := range []string{`{nme}`, `{node(id:1){userNam}}`, `{a}`} {
			a := s.query(t, document, nil)
			if strings.Contains(a.Body, "Did you mean") != allowed {
				t.Errorf("allowed %v: %s", allowed, a.Body)
			}
		}
	}
}

// What GraphiQL sends when it opens must fit.
var introspectionQuery = `query IntrospectionQuery{__schema{description queryType{name kind} mutationType{name kind} subscriptionType{name kind}
types{...FullType} directives{name description isRepeatable locations args(includeDeprecated:true){...InputValue}}}}
fragment FullType on __Type{kind name description specifiedByURL isOneOf
fields(includeDeprecated:true){name description args(includeDeprecated:true){...InputValue} type{...TypeRef} isDeprecated deprecationReason}
inputFields(includeDeprecated:true){...InputValue} interfaces{...TypeRef}
enumValues(includeDeprecated:true){name description isDeprecated deprecationReason} possibleTypes{...TypeRef}}
fragment InputValue on __InputValue{name description type{...TypeRef} defaultValue isDeprecated deprecationReason}
fragment TypeRef on __Type` + strings.Repeat("{kind name ofType", 9) + "{kind name}" + strings.Repeat("}", 9)
