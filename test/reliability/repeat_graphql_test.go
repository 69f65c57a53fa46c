package reliability_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/graph"
)

// mutations are the inputs of all mutations of the schema.
var mutations = map[string]func(t testing.TB, l *lossy) map[string]any{
	"updateCompany": func(_ testing.TB, l *lossy) map[string]any {
		return map[string]any{"id": l.in.Company.ID, "description": l.name()}
	},
	"createDirectory": func(_ testing.TB, l *lossy) map[string]any { return map[string]any{"name": l.name()} },
	"updateDirectory": func(_ testing.TB, l *lossy) map[string]any {
		return map[string]any{"id": l.in.Directory.ID, "description": l.name()}
	},
	"deleteDirectory": func(t testing.TB, l *lossy) map[string]any { return map[string]any{"id": l.directory(t)} },
	"setSchemaExtensions": func(_ testing.TB, l *lossy) map[string]any {
		extension := map[string]any{"urn": "urn:example:" + l.name(), "name": "Ship", "attributes": []any{map[string]any{"name": "crew"}}}
		return map[string]any{"directoryId": l.in.Directory.ID, "extensions": []any{extension}}
	},
	"createGroup": func(t testing.TB, l *lossy) map[string]any {
		return map[string]any{"directoryId": l.in.Directory.ID, "displayName": l.name(), "memberIds": []string{l.user(t)}}
	},
	"updateGroup": func(t testing.TB, l *lossy) map[string]any {
		return map[string]any{"id": l.group(t), "patch": map[string]any{"displayName": l.name()}}
	},
	"deleteGroup":     func(t testing.TB, l *lossy) map[string]any { return map[string]any{"id": l.group(t, l.user(t))} },
	"addGroupMembers": func(t testing.TB, l *lossy) map[string]any { return members(l.group(t), l.user(t)) },
	"removeGroupMembers": func(t testing.TB, l *lossy) map[string]any {
		user := l.user(t)
		return members(l.group(t, user), user)
	},
	"replaceGroupMembers": func(t testing.TB, l *lossy) map[string]any { return members(l.group(t, l.user(t)), l.user(t)) },
	"createKey":           func(_ testing.TB, l *lossy) map[string]any { return map[string]any{"name": l.name()} },
	"updateKey": func(t testing.TB, l *lossy) map[string]any {
		return map[string]any{"id": l.key(t), "description": l.name()}
	},
	"rotateKey": func(t testing.TB, l *lossy) map[string]any { return map[string]any{"id": l.key(t)} },
	"revokeKey": func(t testing.TB, l *lossy) map[string]any { return map[string]any{"id": l.key(t)} },
	"createOAuthClient": func(_ testing.TB, l *lossy) map[string]any {
		return map[string]any{"directoryId": l.in.Directory.ID, "name": l.name()}
	},
	"updateOAuthClient": func(t testing.TB, l *lossy) map[string]any {
		return map[string]any{"id": l.oauthClient(t), "description": l.name()}
	},
	"createOAuthClientSecret": func(t testing.TB, l *lossy) map[string]any {
		return map[string]any{"clientId": l.oauthClient(t)}
	},
	"revokeOAuthClient": func(t testing.TB, l *lossy) map[string]any { return map[string]any{"id": l.oauthClient(t)} },
	"createUser": func(_ testing.TB, l *lossy) map[string]any {
		return map[string]any{"directoryId": l.in.Directory.ID, "userName": l.name()}
	},
	"updateUser": func(t testing.TB, l *lossy) map[string]any {
		return map[string]any{"id": l.user(t), "patch": map[string]any{"title": l.name()}}
	},
	"deleteUser": func(t testing.TB, l *lossy) map[string]any { return map[string]any{"id": l.user(t)} },
}

// harmless leave nothing behind, so that a repetition has nothing to double.
var harmless = map[string]func(*lossy) map[string]any{
	"testDirectoryConnection": func(l *lossy) map[string]any { return map[string]any{"directoryId": l.in.Directory.ID} },
}

// operatorsOnly are refused to every key, so no request can lose their answer.
var operatorsOnly = map[string]map[string]any{
	"createCompany": {"shortName": "elsewhere", "name": "Elsewhere"},
	"deleteCompany": {},
}

func members(group, user string) map[string]any {
	return map[string]any{"groupId": group, "memberIds": []string{user}}
}

func TestRepeatedMutationHappensOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: loses the answer of every mutation")
	}
	t.Parallel()
	l := newLossy(t)
	schema := graph.New(nil, graph.Config{}).Schema().Schema().Mutation.Fields
	for _, field := range schema {
		_, forbidden := operatorsOnly[field.Name]
		leavesNothing := harmless[field.Name]
		prepare, tested := mutations[field.Name]
		t.Run(field.Name, func(t *testing.T) {
			switch {
			case forbidden:
				l.refused(t, field)
			case leavesNothing != nil:
				if effect := l.effect(t, func() { must(t)(l.attempt(t, field, leavesNothing(l)).send()) }); len(effect) > 0 {
					t.Errorf("it has the effect %v", effect)
				}
			case !tested:
				t.Fatal("add its input to the table")
			default:
				l.once(t, func() attempt { return l.attempt(t, field, prepare(t, l)) })
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(mutations)) {
		if schema.ForName(name) == nil {
			t.Errorf("there is no mutation %s", name)
		}
	}
}

// attempt sends a mutation, and again with the same idempotency key.
func (l *lossy) attempt(t testing.TB, field *ast.FieldDefinition, input map[string]any) attempt {
	key := l.name()
	document := document(field)
	return attempt{
		send: func() (*answer, error) {
			return l.graphQL(t.Context(), document, map[string]any{"input": input}, key)
		},
		repeated: (*answer).done,
	}
}

// document calls the mutation and asks for nothing in particular.
func document(field *ast.FieldDefinition) string {
	return fmt.Sprintf("mutation($input: %s) { %s(input: $input) { __typename } }", field.Arguments[0].Type, field.Name)
}

func (l *lossy) refused(t *testing.T, field *ast.FieldDefinition) {
	input := maps.Clone(operatorsOnly[field.Name])
	if len(input) == 0 {
		input = map[string]any{"id": l.in.Company.ID}
	}
	effect := l.effect(t, func() {
		a, err := l.attempt(t, field, input).send()
		if err != nil || a.code != "FORBIDDEN" {
			t.Errorf("answered with %+v, %v", a, err)
		}
	})
	if len(effect) > 0 {
		t.Errorf("it has the effect %v", effect)
	}
}

func (l *lossy) directory(t testing.TB) string {
	t.Helper()
	return l.make(t, `mutation($name: String!) { made: createDirectory(input: {name: $name}) { it: directory { id } } }`)
}

func (l *lossy) key(t testing.TB) string {
	t.Helper()
	return l.make(t, `mutation($name: String!) { made: createKey(input: {name: $name}) { it: key { id } } }`)
}

func (l *lossy) oauthClient(t testing.TB) string {
	t.Helper()
	return l.make(t, `mutation($name: String!, $directory: ID!) { made: createOAuthClient(input: {name: $name, directoryId: $directory}) { it: client { id } } }`)
}

// make runs a mutation and returns the id of what it made.
func (l *lossy) make(t testing.TB, mutation string) string {
	t.Helper()
	var answered struct {
		Data struct {
			Made struct{ It struct{ ID string } }
		}
	}
	variables := map[string]any{"name": l.name(), "directory": l.in.Directory.ID}
	must(t)(l.graphQL(t.Context(), mutation, variables, "")).read(t, &answered)
	return answered.Data.Made.It.ID
}

// Who repeats without an idempotency key has it twice: otherwise the tests
// above could see no doubling.
func TestDoublingIsNoticed(t *testing.T) {
	t.Parallel()
	l := newLossy(t)
	effect := l.effect(t, func() {
		l.proxy.armed.Store(&fault{at: commitUnanswered})
		for range 2 {
			_, err := l.graphQL(t.Context(), `mutation { createDirectory(input: {name: "Twice"}) { __typename } }`, nil, "")
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	if effect["directories"] != 2 {
		t.Errorf("the effect is %v, want two directories", effect)
	}
}
