package limits_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

// Only what searches, filters or asks for much waits for its turn.
func TestHeavyReads(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]int{
		`{name}`:                                                               0,
		`{user(by:{id:"1"}){id}}`:                                              0,
		`{users(first:90){totalCount}}`:                                        0,
		`{users(first:49){edges{node{id}}}}`:                                   0,
		`{users(first:100){edges{node{id}}}}`:                                  1,
		`{users(query:"ada",first:1){edges{node{id}}}}`:                        1,
		`{users(where:{active:true},first:1){edges{node{id}}}}`:                1,
		`mutation{addMembers(ids:["1"]){members(first:100){edges{node{id}}}}}`: 1,
		`mutation{addMembers(ids:["1"]){members(first:50){edges{node{id}}}}}`:  0,
		`mutation{a:addMembers(ids:["1"]){members(first:40){edges{node{id}}}} b:addMembers(ids:["1"]){members(first:40){edges{node{id}}}} c:addMembers(ids:["1"]){members(first:40){edges{node{id}}}}}`: 0,
		`mutation{createUser(input:{userName:"x"}){groups{totalCount}}}`: 0,
	} {
		waited, released := 0, 0
		s := newServer(t)
		s.exec.Use(limits.HeavyReads{Turn: func(context.Context) (func(), error) {
			waited++
			return func() { released++ }, nil
		}})
		s.query(t, document, nil)
		if waited != want || released != want || s.executed.Load() != 1 {
			t.Errorf("%s waits for %d turns and gives %d back, want %d", document, waited, released, want)
		}
	}
}

// What is refused before its operation is known is refused as it was.
func TestRefusedDocumentsNeedNoTurn(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.exec.Use(limits.HeavyReads{Turn: func(context.Context) (func(), error) {
		t.Error("it waits for a turn")
		return func() {}, nil
	}})
	for _, document := range []string{`{`, `{nobody}`, ``} {
		if a := s.query(t, document, nil); a.Status != 400 && a.Status != 422 || strings.Contains(a.Body, `"data"`) {
			t.Errorf("%s is answered %d: %s", document, a.Status, a.Body)
		}
	}
}

// A query that has no turn reads nothing and is told when to come again.
func TestHeavyReadRefused(t *testing.T) {
	t.Parallel()
	answered := false
	s := newServer(t, func(_ *server, c *config) {
		c.answer = func(context.Context) *graphql.Response { answered = true; return &graphql.Response{Data: []byte(`{}`)} }
	})
	s.exec.Use(limits.HeavyReads{Turn: func(context.Context) (func(), error) {
		return nil, &apierror.Error{Code: apierror.RateLimited, Message: "too many", RetryAfter: 5 * time.Second}
	}})
	a := s.query(t, `{users(query:"ada",first:1){edges{node{id}}}}`, nil)
	if a.Status != 429 || a.code() != apierror.RateLimited || a.Header.Get("Retry-After") != "5" || answered {
		t.Errorf("it is answered %d: %s", a.Status, a.Body)
	}
}
