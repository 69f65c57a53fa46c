package limits_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

const sdl = `
type Query {
  a: Query
  name: String
  node(id: ID!): User
  nodes(ids: [ID!]!): [User]!
  user(by: UserBy!): User
  users(first: Int, last: Int, after: String, where: UserWhereInput, query: String): UserConnection
  group(id: Int): Group
}
type Mutation { createUser(input: CreateUserInput!): User addMembers(ids: [ID!]!): Group }
type Subscription { name: String }
type User { id: ID! userName: String emails: [Email!] groups(first: Int = 20): GroupConnection }
type Email { value: String owner: User }
type Group { id: ID! members(first: Int, last: Int): UserConnection }
type UserConnection { edges: [UserEdge] pageInfo: PageInfo! totalCount: Int! }
type UserEdge { node: User cursor: String }
type GroupConnection { edges: [GroupEdge] totalCount: Int! }
type GroupEdge { node: Group }
type PageInfo { hasNextPage: Boolean! endCursor: String }
enum State { ACTIVE PAUSED }
input UserBy @oneOf { id: ID userName: String }
input CreateUserInput { userName: String! emails: [String!] members: [ID!] }
input UserWhereInput {
  and: [UserWhereInput!] or: [UserWhereInput!] not: UserWhereInput
  userName: String userNameIn: [String!] active: Boolean state: State stateIn: [State!] hasGroupsWith: [UserWhereInput!]
}`

// server is the endpoint as the product mounts it, over a schema without
// generated code. It counts what reached validation and execution.
type server struct {
	exec      *executor.Executor
	post      limits.POST
	validated atomic.Int64
	executed  atomic.Int64
	documents *limits.DocumentCache
	logged    atomic.Int64
}

type option func(*server, *config)

type config struct {
	limits  limits.Limits
	budget  *limits.Budget
	allowed bool
	trusted limits.TrustedDocuments
	answer  func(context.Context) *graphql.Response
}

var errCoded = errors.New("coded")

func newServer(t testing.TB, opts ...option) *server {
	t.Helper()
	s := &server{}
	c := config{limits: limits.DefaultLimits(), allowed: true, answer: func(context.Context) *graphql.Response {
		return &graphql.Response{Data: json.RawMessage(`{"name":"ok"}`)}
	}}
	for _, o := range opts {
		o(s, &c)
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: sdl})
	s.exec = executor.New(&graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema { return schema },
		ExecFunc: func(context.Context) graphql.ResponseHandler {
			s.executed.Add(1)
			return c.answer
		},
	})
	s.exec.SetDefaultRulesFn(func() *rules.Rules {
		s.validated.Add(1)
		return rules.NewDefaultRules()
	})
	s.exec.SetErrorPresenter(limits.ErrorPresenter(
		func(err error) *apierror.Error {
			if errors.Is(err, errCoded) {
				return apierror.Errorf(apierror.NotFound, "id", "no such user")
			}
			return &apierror.Error{Code: apierror.Internal}
		},
		func(context.Context) string { return "req-1" },
		func(context.Context, error) { s.logged.Add(1) },
	))
	s.exec.SetRecoverFunc(limits.Recover)
	s.exec.Use(&limits.Cost{Limits: c.limits, Budget: c.budget, Key: func(context.Context) string { return "viewer" }})
	s.exec.Use(c.trusted)
	s.documents = limits.NewDocumentCache(func(context.Context) uuid.UUID { return uuid.Nil })
	s.exec.SetQueryCache(s.documents)
	s.exec.Use(limits.NewDocument(c.limits, s.documents))
	s.exec.Use(limits.Introspection{Allowed: func(context.Context) bool { return c.allowed }})
	s.exec.AroundResponses(limits.Errors(c.limits.Errors))
	s.post = limits.POST{Limits: c.limits}
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.post.Do(w, r.WithContext(graphql.StartOperationTrace(r.Context())), s.exec)
}

// answer is a decoded response.
type answer struct {
	Status int
	Header http.Header
	Body   string

	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
	Extensions map[string]any
}

func (a answer) code() apierror.Code {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return apierror.Code(code)
}

func (s *server) do(t testing.TB, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	a := answer{Status: w.Code, Header: w.Header(), Body: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("the answer is no JSON: %v", err)
	}
	return a
}

func request(body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// query posts a document with variables.
func (s *server) query(t testing.TB, document string, variables any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return s.do(t, request(string(body)))
}
