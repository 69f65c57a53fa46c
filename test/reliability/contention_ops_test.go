package reliability_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"testing"
)

// protocol is a way for an operation to come.
type protocol int

const (
	overSCIM protocol = iota
	overBulk
	overGraphQL
)

var protocols = []protocol{overSCIM, overBulk, overGraphQL}

// call is an operation as each of the protocols has it.
type call struct {
	method, path string
	data         map[string]any // of SCIM
	mutation     string         // of GraphQL, such as deleteUser
	selection    string
	input        map[string]any
	made         *[]string // where the id of what it makes belongs
}

// operation is a kind of change, made up for an arena.
type operation struct {
	name string
	of   func(a *arena, random *rand.Rand) call
}

var operations = []operation{
	{"createUser", func(a *arena, random *rand.Rand) call {
		name := a.name("user")
		return call{"POST", "/Users", person(name), "createUser", "user { id }", map[string]any{"directoryId": a.in.Directory.ID, "userName": name}, &a.users}
	}},
	{"deleteUser", func(a *arena, random *rand.Rand) call {
		id := a.user(random)
		return call{"DELETE", "/Users/" + id, nil, "deleteUser", "deletedId", map[string]any{"id": id}, nil}
	}},
	{"changeUser", func(a *arena, random *rand.Rand) call {
		id, active := a.user(random), random.IntN(2) == 0
		return call{"PATCH", "/Users/" + id, patch("replace", "active", active), "updateUser", "user { id }", map[string]any{"id": id, "patch": map[string]any{"active": active}}, nil}
	}},
	{"renameUser", func(a *arena, random *rand.Rand) call {
		id, name := a.user(random), fmt.Sprintf("%s %d", a.in.Directory.ID, random.IntN(30))
		return call{"PATCH", "/Users/" + id, patch("replace", "userName", name), "updateUser", "user { id }", map[string]any{"id": id, "patch": map[string]any{"userName": name}}, nil}
	}},
	{"createGroup", func(a *arena, random *rand.Rand) call {
		name, ids := a.name("Group"), a.some(random, random.IntN(4) == 0)
		return call{"POST", "/Groups", crew(name, ids...), "createGroup", "group { id }", map[string]any{"directoryId": a.in.Directory.ID, "displayName": name, "memberIds": ids}, &a.groups}
	}},
	{"deleteGroup", func(a *arena, random *rand.Rand) call {
		id := a.group(random)
		return call{"DELETE", "/Groups/" + id, nil, "deleteGroup", "deletedId", map[string]any{"id": id}, nil}
	}},
	{"renameGroup", func(a *arena, random *rand.Rand) call {
		id, name := a.group(random), fmt.Sprint("Crew ", random.IntN(8))
		return call{"PATCH", "/Groups/" + id, patch("replace", "displayName", name), "updateGroup", "group { id }", map[string]any{"id": id, "patch": map[string]any{"displayName": name}}, nil}
	}},
	{"putGroup", func(a *arena, random *rand.Rand) call {
		id, ids := a.group(random), a.some(random, random.IntN(4) == 0)
		return call{"PUT", "/Groups/" + id, crew(fmt.Sprint("Crew ", random.IntN(8)), ids...), "replaceGroupMembers", "added removed", map[string]any{"groupId": id, "memberIds": ids}, nil}
	}},
	{"addMembers", func(a *arena, random *rand.Rand) call {
		id, ids := a.group(random), a.some(random, false)
		return call{"PATCH", "/Groups/" + id, patch("add", "members", values(ids)), "addGroupMembers", "added", map[string]any{"groupId": id, "memberIds": ids}, nil}
	}},
	{"removeMembers", func(a *arena, random *rand.Rand) call {
		id, ids := a.group(random), a.some(random, random.IntN(2) == 0)
		return call{"PATCH", "/Groups/" + id, patch("remove", "members", values(ids)), "removeGroupMembers", "removed", map[string]any{"groupId": id, "memberIds": ids}, nil}
	}},
	{"replaceMembers", func(a *arena, random *rand.Rand) call {
		id, ids := a.group(random), a.some(random, random.IntN(4) == 0)
		return call{"PATCH", "/Groups/" + id, patch("replace", "members", values(ids)), "replaceGroupMembers", "added removed", map[string]any{"groupId": id, "memberIds": ids}, nil}
	}},
	{"nest", func(a *arena, random *rand.Rand) call {
		id, ids := a.group(random), []string{a.group(random), a.group(random)}
		return call{"PATCH", "/Groups/" + id, patch("add", "members", values(ids)), "addGroupMembers", "added", map[string]any{"groupId": id, "memberIds": ids}, nil}
	}},
	{"severalSteps", func(a *arena, random *rand.Rand) call {
		id, ids := a.group(random), a.some(random, true)
		steps := map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}, "Operations": []any{
			map[string]any{"op": "remove", "path": "members", "value": values(ids)},
			map[string]any{"op": "replace", "path": "displayName", "value": fmt.Sprint("Crew ", random.IntN(8))},
			map[string]any{"op": "add", "path": "members", "value": values(a.some(random, true))},
		}}
		return call{"PATCH", "/Groups/" + id, steps, "removeGroupMembers", "removed", map[string]any{"groupId": id, "memberIds": ids}, nil}
	}},
}

// reading is what is asked for between the changes.
var reading = []operation{
	{"readUser", func(a *arena, random *rand.Rand) call {
		return call{method: "GET", path: "/Users/" + a.user(random)}
	}},
	{"readGroup", func(a *arena, random *rand.Rand) call {
		return call{method: "GET", path: "/Groups/" + a.group(random)}
	}},
	{"listGroups", func(a *arena, random *rand.Rand) call {
		return call{method: "GET", path: "/Groups?count=10"}
	}},
}

func values(ids []string) []any {
	var list []any
	for _, id := range ids {
		list = append(list, map[string]any{"value": id})
	}
	return list
}

func bulk(operations ...any) map[string]any {
	return map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:BulkRequest"}, "Operations": operations}
}

type bulkAnswer struct {
	Operations []struct {
		Location, Status string
		Response         struct{ Detail string }
	}
}

// send carries out one operation, and fails the test when it is answered as no
// other request explains.
func (a *arena) send(t *testing.T, op operation, p protocol, random *rand.Rand) {
	c := op.of(a, random)
	var err error
	switch {
	case p == overGraphQL && c.mutation != "":
		err = a.overGraphQL(c, random)
	case p == overBulk && c.mutation != "":
		err = a.overBulk(c, random)
	default:
		err = a.overSCIM(c, random)
	}
	if err != nil {
		t.Errorf("%s: %v", op.name, err)
	}
}

// explained are the answers to requests for what others have changed: done,
// not there, taken, no member or a circle, and to a key that is gone.
var explained = []int{200, 201, 204, 400, 401, 404, 409}

func (a *arena) overSCIM(c call, random *rand.Rand) error {
	answered, err := a.client.scim(context.Background(), c.method, c.path, body(c.data))
	if err != nil {
		return err
	}
	if !slices.Contains(explained, answered.status) {
		return fmt.Errorf("SCIM answers %d: %s", answered.status, answered.body)
	}
	if answered.status == http.StatusCreated {
		made, err := decode[struct{ ID string }](answered.body)
		if err != nil {
			return err
		}
		a.renew(c.made, made.ID, random)
	}
	return nil
}

func body(data map[string]any) any {
	if data == nil {
		return nil
	}
	return data
}

func (a *arena) overBulk(c call, random *rand.Rand) error {
	op := map[string]any{"method": c.method, "path": c.path}
	if c.data != nil {
		op["data"] = c.data
	}
	if c.method == "POST" {
		op["bulkId"] = "new"
	}
	answered, err := a.client.scim(context.Background(), "POST", "/Bulk", bulk(op))
	if err != nil {
		return err
	}
	if answered.status != http.StatusOK {
		if slices.Contains(explained, answered.status) {
			return nil
		}
		return fmt.Errorf("Bulk answers %d: %s", answered.status, answered.body)
	}
	result, err := decode[bulkAnswer](answered.body)
	if err != nil {
		return err
	}
	for _, r := range result.Operations {
		status, err := strconv.Atoi(r.Status)
		if err != nil || !slices.Contains(explained, status) {
			return fmt.Errorf("Bulk answers %s", answered.body)
		}
		if status == http.StatusCreated {
			a.renew(c.made, r.Location[len(r.Location)-36:], random)
		}
	}
	return nil
}

// refusals are what GraphQL calls the explained answers. What a request over SCIM
// has made or named is the provider's from then on.
var refusals = []string{"", "NOT_FOUND", "CONFLICT", "INVALID", "EXTERNALLY_MANAGED"}

func (a *arena) overGraphQL(c call, random *rand.Rand) error {
	name := string(c.mutation[0]-'a'+'A') + c.mutation[1:]
	document := fmt.Sprintf("mutation($input: %sInput!) { done: %s(input: $input) { %s } }", name, c.mutation, c.selection)
	answered, err := a.client.graphQL(context.Background(), document, map[string]any{"input": c.input}, "")
	if err != nil {
		return err
	}
	if answered.status >= 300 || !slices.Contains(refusals, answered.code) {
		if answered.status == http.StatusUnauthorized {
			return nil
		}
		return fmt.Errorf("GraphQL answers %d: %s", answered.status, answered.body)
	}
	made, err := decode[struct {
		Data struct {
			Done struct{ User, Group struct{ ID string } }
		}
	}](answered.body)
	if err == nil && answered.code == "" && c.made != nil {
		a.renew(c.made, made.Data.Done.User.ID+made.Data.Done.Group.ID, random)
	}
	return err
}
