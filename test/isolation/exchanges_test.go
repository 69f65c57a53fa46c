package isolation_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
)

// exchange is a request with {} where a value goes, and {user} and {group}
// where our own ids do.
type exchange struct {
	method, path, body string
	header             string // such as If-Match, whose value is a version
}

const (
	enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	messages   = "urn:ietf:params:scim:api:messages:2.0:"
	userBody   = `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "` + enterprise + `"], "userName": "%s", "` + enterprise + `": {"manager": {"value": "{}"}}}`
	groupBody  = `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "%s", "members": [{"value": "{}"}]}`
	location   = "http://directory.test/v2"
)

func gets(paths ...string) (all []exchange) {
	for _, p := range paths {
		all = append(all, exchange{method: "GET", path: p})
	}
	return all
}

// searches have parameters in the URL, and in the body of a search.
func searches(endpoint string, parameters ...map[string]string) (all []exchange) {
	for _, ps := range parameters {
		query, body := url.Values{}, map[string]any{"schemas": []string{messages + "SearchRequest"}}
		for name, value := range ps {
			query.Set(name, value)
			body[name] = value
		}
		if endpoint != "" {
			all = append(all, exchange{method: "GET", path: endpoint + "?" + query.Encode()})
		}
		all = append(all, exchange{method: "POST", path: endpoint + "/.search", body: string(must(json.Marshal(body)))})
	}
	return all
}

func filters(endpoint string, texts ...string) (all []exchange) {
	for _, f := range texts {
		all = append(all, searches(endpoint, map[string]string{"filter": f})...)
	}
	return all
}

func patches(path string, operations ...string) (all []exchange) {
	for _, o := range operations {
		all = append(all, exchange{method: "PATCH", path: path, body: `{"schemas": ["` + messages + `PatchOp"], "Operations": [` + o + `]}`})
	}
	return all
}

// changes are what can be done to what has an id.
var changes = slices.Concat(
	[]exchange{
		{method: "DELETE", path: "/Users/{}"}, {method: "DELETE", path: "/Groups/{}"},
		{method: "PUT", path: "/Users/{}", body: fmt.Sprintf(userBody, "moved")}, {method: "PUT", path: "/Groups/{}", body: fmt.Sprintf(groupBody, "moved")},
	},
	patches("/Users/{}", `{"op": "replace", "path": "active", "value": false}`, `{"op": "remove", "path": "title"}`),
	patches("/Groups/{}", `{"op": "add", "path": "members", "value": [{"value": "{user}"}]}`, `{"op": "remove", "path": "members[value eq \"{user}\"]"}`,
		`{"op": "remove", "path": "members"}`, `{"op": "replace", "path": "displayName", "value": "taken"}`),
)

// conditional are exchanges with a condition on the version, which is that of
// what others have.
func conditional(header string, all []exchange) (found []exchange) {
	for _, e := range all {
		e.header = header
		found = append(found, e)
	}
	return found
}

// reading are the requests that change nothing, whatever the value is.
var reading = slices.Concat(
	gets("", "/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/ResourceTypes/{}", "/Schemas/{}", "/Me",
		"/Users/{}", "/Users/{}?attributes=groups", "/Users/{}?excludedAttributes=emails", "/Groups/{}", "/Groups/{}?attributes=members", "/Groups/{}?excludedAttributes=members",
		"/Users?attributes={}", "/Groups?excludedAttributes={}", "/Users?startIndex=1&count=1000", "/Groups?startIndex=1&count=1000",
		"/Users?startIndex=2&count=1", "/Groups?startIndex=2&count=1", "/Users?attributes=groups"),
	[]exchange{{method: "POST", path: "/Me"}, {method: "PUT", path: "/Me"}, {method: "PATCH", path: "/Me"}, {method: "DELETE", path: "/Me"}},
	searches("/Users", map[string]string{"count": "1", "cursor": "{}"}, map[string]string{"sortBy": "{}"}),
	searches("/Groups", map[string]string{"count": "1", "cursor": "{}"}, map[string]string{"sortBy": "{}"}),
	searches("", map[string]string{"count": "1", "cursor": "{}"}, map[string]string{"sortBy": "{}"}),
	filters("/Users", `id eq "{}"`, `id ne "{}"`, `not (id eq "{}")`, `manager eq "{}"`, enterprise+`:manager.value eq "{}"`, enterprise+`:manager eq "{}"`,
		enterprise+`:manager.$ref eq "`+location+`/Users/{}"`, enterprise+`:manager.displayName eq "{}"`, enterprise+`:manager.displayName sw "canary"`,
		`groups eq "{}"`, `groups.value eq "{}"`, `groups[value eq "{}"]`, `groups.$ref eq "`+location+`/Groups/{}"`, `groups.display eq "{}"`,
		`meta.location eq "`+location+`/Users/{}"`, `userName eq "{}"`, `externalId eq "{}"`, `emails.value eq "{}"`,
		`userName sw "{}"`, `displayName co "{}"`, `emails[value eq "{}"].display pr`),
	filters("", `id eq "{}"`, `not (id eq "{}")`, `externalId eq "{}"`, `meta.location ew "{}"`),
	filters("/Groups", `id eq "{}"`, `id ne "{}"`, `members eq "{}"`, `members.value eq "{}"`, `members[value eq "{}"]`, `members ne "{}"`,
		`members.$ref eq "`+location+`/Users/{}"`, `members.display eq "{}"`, `members.display sw "canary"`, `meta.location eq "`+location+`/Groups/{}"`,
		`displayName eq "{}"`, `externalId eq "{}"`, `displayName sw "{}"`),
	conditional("If-None-Match", gets("/Users/{}", "/Groups/{}")),
	changes, conditional("If-Match", changes),
)

// bulk wraps exchanges in bulk requests.
func bulk(all []exchange) (wrapped []exchange) {
	for _, e := range all {
		operation := `{"method": "` + e.method + `", "path": "` + e.path + `", "bulkId": "b"`
		if e.body != "" {
			operation += `, "data": ` + e.body
		}
		if e.header != "" {
			operation += `, "version": "{version}"`
		}
		wrapped = append(wrapped, exchange{method: "POST", path: "/Bulk", body: `{"schemas": ["` + messages + `BulkRequest"], "Operations": [` + operation + `}]}`})
	}
	return wrapped
}

// writing are the requests that may leave the value in what is ours.
var writing = slices.Concat(bulk(changes), bulk(conditional("version", changes)), leaving, bulk(leaving), bulk([]exchange{
	{method: "DELETE", path: "/Users/bulkId:{}"},
	{method: "POST", path: "/Groups", body: `{"displayName": "new", "members": [{"value": "bulkId:{}"}]}`},
}))

var leaving = slices.Concat(
	patches("/Groups/{group}",
		`{"op": "add", "path": "members", "value": [{"value": "{}"}]}`, `{"op": "add", "value": {"members": [{"value": "{}"}]}}`,
		`{"op": "replace", "path": "members", "value": [{"value": "{}"}]}`, `{"op": "remove", "path": "members[value eq \"{}\"]"}`,
		`{"op": "remove", "path": "members", "value": [{"value": "{}"}]}`, `{"op": "add", "path": "members", "value": [{"value": "{user}"}, {"value": "{}"}]}`,
		`{"op": "add", "path": "members", "value": [{"$ref": "`+location+`/Users/{}"}]}`,
		`{"op": "replace", "path": "members[value eq \"{}\"].display", "value": "x"}`, `{"op": "replace", "path": "id", "value": "{}"}`),
	patches("/Users/{user}",
		`{"op": "replace", "path": "`+enterprise+`:manager", "value": "{}"}`, `{"op": "add", "path": "`+enterprise+`:manager.value", "value": "{}"}`,
		`{"op": "add", "value": {"`+enterprise+`": {"manager": {"value": "{}"}}}}`, `{"op": "remove", "path": "emails[value eq \"{}\"]"}`,
		`{"op": "add", "path": "groups", "value": [{"value": "{}"}]}`, `{"op": "replace", "path": "id", "value": "{}"}`),
	[]exchange{
		{method: "PUT", path: "/Groups/{group}", body: fmt.Sprintf(groupBody, "harbor group")}, {method: "POST", path: "/Groups", body: fmt.Sprintf(groupBody, "new")},
		{method: "PUT", path: "/Users/{user}", body: fmt.Sprintf(userBody, "harbor-user")}, {method: "POST", path: "/Users", body: fmt.Sprintf(userBody, "new")},
	},
)

// version is that of the users and groups of others: nobody has changed them.
const version = `W/"1"`

// send sends the exchange with a value in its places.
func (e exchange) send(h http.Handler, f *folder, secret, value string) answer {
	own := strings.NewReplacer("{user}", f.user.String(), "{group}", f.group.String(), "{version}", `W/\"1\"`)
	quoted := string(must(json.Marshal(value)))
	body := strings.ReplaceAll(own.Replace(e.body), "{}", quoted[1:len(quoted)-1])
	path, query, _ := strings.Cut(own.Replace(e.path), "?")
	path = strings.ReplaceAll(path, "{}", url.PathEscape(value))
	query = strings.NewReplacer("{}", url.QueryEscape(value), url.QueryEscape("{}"), url.QueryEscape(value)).Replace(query)
	r := httptest.NewRequest(e.method, "/v2"+path+"?"+query, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/scim+json")
	}
	if e.header != "" {
		r.Header.Set(e.header, version)
	}
	return do(h, r, secret)
}

// route is what the exchange is sent to, as the adapter names it.
func (e exchange) route() string {
	path, _, _ := strings.Cut(e.path, "?")
	return e.method + " " + strings.NewReplacer("{}", "{id}", "{user}", "{id}", "{group}", "{id}").Replace(path)
}

// reads says whether the exchange only reads.
func (e exchange) reads() bool { return e.method == "GET" || strings.HasSuffix(e.path, "/.search") }
