package reliability_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// kind is what a write does to a user.
type kind int

const (
	create kind = iota
	rename
	join
	leave
	remove
)

// write is one change that a writer wants.
type write struct {
	kind     kind
	user     *user
	title    string // of a rename
	key      string // its idempotency key
	repeated bool
}

// state is what is known to be so of a user.
type state struct {
	exists bool
	title  string
	member bool
}

// after returns what becomes of s.
func (w *write) after(s state) state {
	switch w.kind {
	case create:
		s.exists = true
	case rename:
		s.title = w.title
	case join:
		s.member = true
	case leave:
		s.member = false
	case remove:
		return state{}
	}
	return s
}

// unexpected is an answer that no disturbance explains.
type unexpected struct {
	write  *write
	answer *answer
}

func (e *unexpected) Error() string {
	return fmt.Sprintf("write %d of %s (repeated: %v) is answered with %d: %s",
		e.write.kind, e.write.user.name, e.write.repeated, e.answer.status, e.answer.body)
}

// overSCIM sends w as an identity provider does: what it sends again is known
// by its name.
func (w *write) overSCIM(ctx context.Context, c *client, group string) (*answer, error) {
	switch w.kind {
	case create:
		a, err := c.scim(ctx, "POST", "/Users", person(w.user.name))
		if err == nil && w.repeated && a.status == http.StatusConflict {
			return w.find(ctx, c)
		}
		return a, err
	case rename:
		return c.scim(ctx, "PATCH", "/Users/"+w.user.id, patch("replace", "title", w.title))
	case join:
		return c.scim(ctx, "PATCH", "/Groups/"+group, patch("add", "members", []any{map[string]any{"value": w.user.id}}))
	case leave:
		return c.scim(ctx, "PATCH", "/Groups/"+group, patch("remove", fmt.Sprintf("members[value eq %q]", w.user.id), nil))
	}
	a, err := c.scim(ctx, "DELETE", "/Users/"+w.user.id, nil)
	if err == nil && w.repeated && a.status == http.StatusNotFound {
		a.status = http.StatusNoContent
	}
	return a, err
}

// find looks for the user that an earlier attempt made.
func (w *write) find(ctx context.Context, c *client) (*answer, error) {
	a, err := c.scim(ctx, "GET", "/Users?filter="+url.QueryEscape(fmt.Sprintf("userName eq %q", w.user.name)), nil)
	if err != nil || !a.done() {
		return a, err
	}
	found, err := decode[struct{ Resources []struct{ ID string } }](a.body)
	if err != nil || len(found.Resources) != 1 {
		return nil, fmt.Errorf("%s is taken, but found %d times", w.user.name, len(found.Resources))
	}
	w.user.id = found.Resources[0].ID
	return a, nil
}

// overGraphQL sends w with an idempotency key, by which it is known when it is
// sent again.
func (w *write) overGraphQL(ctx context.Context, c *client, group string) (*answer, error) {
	members := map[string]any{"groupId": group, "memberIds": []string{w.user.id}}
	operation, input := "", map[string]any{}
	switch w.kind {
	case create:
		operation = `mutation($input: CreateUserInput!) { createUser(input: $input) { user { id } } }`
		input = map[string]any{"directoryId": c.in.Directory.ID, "userName": w.user.name}
	case rename:
		operation = `mutation($input: UpdateUserInput!) { updateUser(input: $input) { user { id } } }`
		input = map[string]any{"id": w.user.id, "patch": map[string]any{"title": w.title}}
	case join:
		operation, input = `mutation($input: AddGroupMembersInput!) { addGroupMembers(input: $input) { added } }`, members
	case leave:
		operation, input = `mutation($input: RemoveGroupMembersInput!) { removeGroupMembers(input: $input) { removed } }`, members
	case remove:
		operation = `mutation($input: DeleteUserInput!) { deleteUser(input: $input) { deletedId } }`
		input = map[string]any{"id": w.user.id}
	}
	return c.graphQL(ctx, operation, map[string]any{"input": input}, w.key)
}

// learn takes the id of a new user from the answer.
func (w *write) learn(a *answer) error {
	if w.kind != create || w.user.id != "" {
		return nil
	}
	made, err := decode[struct {
		ID   string
		Data struct {
			CreateUser struct{ User struct{ ID string } }
		}
	}](a.body)
	w.user.id = made.ID + made.Data.CreateUser.User.ID
	if err == nil && w.user.id == "" {
		err = fmt.Errorf("no id in %s", a.body)
	}
	return err
}
