package bench_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"sync/atomic"

	"github.com/google/uuid"
)

// scenario makes the requests of one kind of work, each when it is called.
// Safe for concurrent use.
type scenario func() request

// pageSize is the length of the pages measured.
const pageSize = 100

// serial numbers what is made, so that no name is used twice.
var serial atomic.Int64

func (in *installation) anyone() int { return rand.N(len(in.users)) }

func (in *installation) getUser() request {
	return in.scim(200, "GET", "/Users/"+in.users[in.anyone()].String(), "")
}

// getUserAnew reads a user in a form that the server does not keep.
func (in *installation) getUserAnew() request {
	return in.scim(200, "GET", "/Users/"+in.users[in.anyone()].String()+"?excludedAttributes=nickName", "")
}

// readAll reads every user once.
func (in *installation) readAll() {
	c, err := dial(in.address)
	if err != nil {
		panic(err)
	}
	defer c.conn.Close()
	for _, id := range in.users {
		if _, err := c.do(in.scim(200, "GET", "/Users/"+id.String(), "")); err != nil {
			panic(err)
		}
	}
}

func (in *installation) userByName() request {
	return in.scim(200, "GET", "/Users?filter="+url.QueryEscape(fmt.Sprintf("userName eq %q", userName(in.anyone()))), "")
}

func (in *installation) createUser() request {
	n := serial.Add(1)
	return in.scim(201, "POST", "/Users", fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"new.%d@harbor.example",
"externalId":"new-%[1]d","active":true,"displayName":"New %[1]d","name":{"givenName":"New","familyName":"%[1]d"},
"emails":[{"type":"work","value":"new.%[1]d@harbor.example","primary":true}]}`, n))
}

// patchActive disables and enables in turn the users it goes through, so that
// each request changes something.
func (in *installation) patchActive() scenario {
	var calls atomic.Int64
	return func() request {
		n := int(calls.Add(1) - 1)
		value := "False"
		if n/len(in.users)%2 == 1 {
			value = "True"
		}
		return in.scim(200, "PATCH", "/Users/"+in.users[n%len(in.users)].String(), patchOp("Replace", "active", `"`+value+`"`))
	}
}

func patchOp(op, path, value string) string {
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":%q,"path":%q,"value":%s}]}`, op, path, value)
}

// member adds one member to a group and takes the same one out again, in turn,
// as Entra does without further settings. Who is in it already goes first.
func (in *installation) member(group, who uuid.UUID, already bool) scenario {
	value := `[{"$ref":null,"value":"` + who.String() + `"}]`
	add := in.scim(204, "PATCH", "/Groups/"+group.String(), patchOp("Add", "members", value))
	remove := in.scim(204, "PATCH", "/Groups/"+group.String(), patchOp("Remove", "members", value))
	if already {
		add, remove = remove, add
	}
	var calls atomic.Int64
	return func() request {
		if calls.Add(1)%2 == 1 {
			return add
		}
		return remove
	}
}

func (in *installation) page(start int) request {
	return in.scim(200, "GET", fmt.Sprintf("/Users?startIndex=%d&count=%d", start, pageSize), "")
}

func (in *installation) firstPage() request { return in.page(1) }

// lastPages crawls the last tenth of the directory over and over.
func (in *installation) lastPages() scenario {
	pages := max(len(in.users)/10/pageSize, 1)
	start := len(in.users) - pages*pageSize + 1
	var calls atomic.Int64
	return func() request { return in.page(start + int(calls.Add(1)-1)%pages*pageSize) }
}

// coldPages asks for pages near the end that nobody has come near before: each
// starts one before the last one, never where one has ended.
func (in *installation) coldPages() scenario {
	var calls atomic.Int64
	return func() request { return in.page(max(len(in.users)-pageSize+1-int(calls.Add(1)), 2)) }
}

const userFields = `id userName externalId active displayName name { givenName familyName } title department employeeNumber preferredLanguage emails { value type primary } phoneNumbers { value type }`

func (in *installation) graphqlUser() request {
	return in.graphql(20, `query($id: ID!) { user(by: {id: $id}) { `+userFields+` } }`, map[string]any{"id": in.users[in.anyone()]})
}

func (in *installation) graphqlPage(after string) request {
	variables := map[string]any{"directory": in.directory}
	if after != "" {
		variables["after"] = after
	}
	return in.graphql(420, fmt.Sprintf(`query($directory: ID!, $after: Cursor) { users(directoryId: $directory, first: %d, after: $after) { edges { node { `+userFields+` } } pageInfo { endCursor hasNextPage } } }`, pageSize), variables)
}

func (in *installation) graphqlFirstPage() request { return in.graphqlPage("") }

func (in *installation) members(group uuid.UUID) request {
	return in.graphql(20, `query($id: ID!) { group(by: {id: $id}) { displayName members(first: 20) { edges { cursor } pageInfo { hasNextPage } totalCount } } }`, map[string]any{"id": group})
}
