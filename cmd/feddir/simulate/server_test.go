package simulate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a small SCIM server: right in what the job needs, and wrong in the one way named by fault.
type server struct {
	*httptest.Server
	fault string
	token string

	mu        sync.Mutex
	nextID    int
	versions  int
	clientKey any                         // public key that a client's JWTs are signed for; nil for none
	shown     map[string]bool             // ids of JWTs
	rows      map[string][]map[string]any // by endpoint
	served    map[string]int              // requests by method and endpoint
	tripped   bool                        // a fault that shows once has shown
}

func newServer(t *testing.T, fault string) *server {
	t.Helper()
	s := &server{fault: fault, token: "secret", rows: map[string][]map[string]any{}, served: map[string]int{}, shown: map[string]bool{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// refusal is an error answer.
type refusal struct {
	status   int
	scimType string
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasPrefix(r.URL.Path, "/v2/Users/") && r.Method == "GET" && s.once("stands still") {
		time.Sleep(500 * time.Millisecond)
	}
	if r.URL.Path == "/token" {
		s.grant(w, r)
		return
	}
	defer func() {
		if e := recover(); e != nil {
			refused, ok := e.(refusal)
			if !ok {
				panic(e)
			}
			s.refuse(w, refused)
		}
	}()
	if r.Header.Get("Authorization") != "Bearer "+s.token && s.fault != "open to everybody" {
		panic(refusal{status: 401})
	}
	endpoint, id, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v2/"), "/")
	s.served[r.Method+" "+endpoint]++
	switch {
	case r.Method == "POST" && endpoint == "Users" && s.once("fails once"):
		panic(refusal{status: 500})
	case r.Method == "POST" && endpoint == "Users" && s.once("revokes its token"):
		s.token = "second secret"
		panic(refusal{status: 401})
	case r.Method == "POST" && endpoint == "Users" && s.once("throttles once"):
		w.Header().Set("Retry-After", "0")
		panic(refusal{status: 429})
	}
	status, body := s.route(r, endpoint, id)
	if r.Method == "POST" && endpoint == "Users" && s.once("loses an answer") {
		panic(http.ErrAbortHandler)
	}
	s.answer(w, status, body)
}

// once is true the first time the named fault is asked for.
func (s *server) once(fault string) bool {
	if s.fault != fault || s.tripped {
		return false
	}
	s.tripped = true
	return true
}

func (s *server) grant(w http.ResponseWriter, r *http.Request) {
	s.served["token"]++
	id, secret, basic := r.BasicAuth()
	id, _ = url.QueryUnescape(id)
	secret, _ = url.QueryUnescape(secret)
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	w.Header().Set("Content-Type", "application/json")
	known := id == "client" && secret == "sec ret" && r.PostFormValue("grant_type") == "client_credentials"
	if !known && !s.asserted(r) {
		w.WriteHeader(401)
		fmt.Fprint(w, `{"error":"invalid_client"}`)
		return
	}
	lifetime := 3600.0
	if s.fault == "gives tokens that end at once" {
		lifetime = 0.001
	}
	fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":%g}`, s.token, lifetime)
}

func (s *server) refuse(w http.ResponseWriter, e refusal) {
	if e.status == 401 && s.fault != "sends no challenge" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="test"`)
	}
	if s.fault == "answers in HTML" {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(e.status)
		fmt.Fprint(w, "<h1>no</h1>")
		return
	}
	body := map[string]any{"schemas": []string{errorSchema}, "status": strconv.Itoa(e.status), "detail": "refused"}
	if s.fault == "writes the status as a number" {
		body["status"] = e.status
	}
	if e.scimType != "" && s.fault != "gives no scimType" {
		body["scimType"] = e.scimType
	}
	s.answer(w, e.status, body)
}

func (s *server) answer(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/scim+json")
	if s.fault == "answers as application/json" {
		w.Header().Set("Content-Type", "application/json")
	}
	if meta, ok := body["meta"].(map[string]any); ok && status == 201 && s.fault != "sends no Location" {
		w.Header().Set("Location", meta["location"].(string))
	}
	if v := version(body); v != "" {
		w.Header().Set("ETag", v)
	}
	w.WriteHeader(status)
	if body != nil {
		json.NewEncoder(w).Encode(body)
	}
}

func (s *server) route(r *http.Request, endpoint, id string) (int, map[string]any) {
	switch {
	case endpoint == "Schemas":
		return 200, s.describe(schemas(), id)
	case endpoint == "ResourceTypes" && s.fault != "has no resource types":
		return 200, s.list([]map[string]any{{"name": "User"}, {"name": "Group"}}, 1, 100)
	case endpoint == "ServiceProviderConfig":
		return 200, s.config()
	}
	if r.Method == "POST" {
		if body, ok := s.post(r, endpoint, id); ok {
			return 200, body
		}
	}
	switch {
	case endpoint != "Users" && endpoint != "Groups":
		panic(refusal{status: 404})
	case r.Method == "GET" && id == "":
		return 200, s.search(r.URL.Query(), endpoint)
	case r.Method == "POST":
		return 201, s.create(decode(r), endpoint)
	}
	i := slices.IndexFunc(s.rows[endpoint], func(row map[string]any) bool { return row["id"] == id })
	if i < 0 {
		panic(refusal{status: 404})
	}
	switch r.Method {
	case "GET":
		s.conditions(r, s.rows[endpoint][i])
		return 200, s.render(s.rows[endpoint][i], r.URL.Query())
	case "DELETE":
		s.remove(endpoint, i)
		return 204, nil
	case "PATCH":
		s.conditions(r, s.rows[endpoint][i])
		before := deepCopy(s.rows[endpoint][i])
		s.patch(endpoint, i, decode(r))
		after := deepCopy(s.rows[endpoint][i])
		sortMembers(before)
		if sortMembers(after); !reflect.DeepEqual(before, after) {
			s.bump(s.rows[endpoint][i])
		}
		if endpoint == "Groups" {
			return 204, nil
		}
		return 200, s.render(s.rows[endpoint][i], nil)
	}
	panic(refusal{status: 405})
}

// describe is all schemas, or one of them.
func (s *server) describe(all []map[string]any, id string) map[string]any {
	for _, one := range all {
		if one["id"] == id && s.fault != "has no schema by its id" {
			return one
		}
	}
	if id != "" {
		panic(refusal{status: 404})
	}
	return s.list(all, 1, 100)
}

func decode(r *http.Request) map[string]any {
	var body map[string]any
	if json.NewDecoder(r.Body).Decode(&body) != nil {
		panic(refusal{400, "invalidSyntax"})
	}
	return body
}

func (s *server) create(body map[string]any, endpoint string) map[string]any {
	s.unique(endpoint, body, "")
	if s.nextID++; s.fault == "gives an id twice" && s.nextID == 3 {
		s.nextID--
	}
	body["id"] = fmt.Sprintf("id-%d", s.nextID)
	body["schemas"] = []string{userSchema, enterpriseSchema}
	if endpoint == "Groups" {
		body["schemas"] = []string{groupSchema}
	}
	body["meta"] = map[string]any{"resourceType": strings.TrimSuffix(endpoint, "s"), "location": s.URL + "/v2/" + endpoint + "/" + body["id"].(string)}
	if mails := elements(body["emails"]); s.fault == "writes mail in upper case" && len(mails) > 0 {
		mails[0]["value"] = strings.ToUpper(mails[0]["value"].(string))
	}
	s.bump(body)
	s.rows[endpoint] = append(s.rows[endpoint], body)
	return s.render(body, nil)
}

func matchingName(endpoint string) string {
	if endpoint == "Groups" {
		return "displayName"
	}
	return "userName"
}

func (s *server) unique(endpoint string, body map[string]any, self any) {
	name, _ := body[matchingName(endpoint)].(string)
	if name == "" {
		panic(refusal{400, "invalidValue"})
	}
	for _, row := range s.rows[endpoint] {
		if strings.EqualFold(row[matchingName(endpoint)].(string), name) && row["id"] != self && s.fault != "knows no uniqueness" {
			panic(refusal{409, "uniqueness"})
		}
	}
}

func (s *server) remove(endpoint string, i int) {
	id := s.rows[endpoint][i]["id"]
	if s.fault == "keeps the deleted" {
		return
	}
	s.rows[endpoint] = slices.Delete(s.rows[endpoint], i, i+1)
	for _, g := range s.rows["Groups"] {
		list, _ := g["members"].([]any)
		g["members"] = slices.DeleteFunc(list, func(m any) bool { return m.(map[string]any)["value"] == id })
	}
}

// render is a resource as it is answered.
func (s *server) render(row map[string]any, query url.Values) map[string]any {
	out := deepCopy(row)
	if query.Get("attributes") == "id" {
		return map[string]any{"schemas": out["schemas"], "id": out["id"]}
	}
	if query.Get("attributes") == "userName" {
		return map[string]any{"schemas": out["schemas"], "id": out["id"], "userName": out["userName"]}
	}
	if query.Get("excludedAttributes") == "members" && s.fault != "ignores excludedAttributes" {
		delete(out, "members")
	}
	if active, ok := out["active"].(bool); ok && s.fault == "writes booleans as text" {
		out["active"] = boolText(active)
	}
	return out
}

func deepCopy(row map[string]any) map[string]any {
	out := make(map[string]any, len(row))
	for name, value := range row {
		out[name] = copyOf(value)
	}
	return out
}

// copyOf copies a value that was read from JSON.
func copyOf(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return deepCopy(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = copyOf(e)
		}
		return out
	}
	return value
}

func (s *server) search(query url.Values, endpoint string) map[string]any {
	terms := parseTerms(query.Get("filter"))
	var found []map[string]any
	for _, row := range s.rows[endpoint] {
		if s.fault == "hides the disabled" && row["active"] == false {
			continue
		}
		if !slices.ContainsFunc(terms, func(t [2]string) bool { return !matches(row, t[0], t[1]) }) {
			found = append(found, s.render(row, query))
		}
	}
	if s.fault == "answers 404 when nothing is found" && len(found) == 0 {
		panic(refusal{status: 404})
	}
	s.order(found, query)
	if query.Has("cursor") {
		return s.cursorPage(found, query)
	}
	start, _ := strconv.Atoi(query.Get("startIndex"))
	return s.list(found, max(start, 1), 100)
}

func (s *server) list(rows []map[string]any, start, size int) map[string]any {
	echo := start
	if s.fault == "echoes another startIndex" {
		echo--
	}
	page := rows[min(start-1, len(rows)):min(start-1+size, len(rows))]
	total := len(rows)
	switch s.fault {
	case "totalResults is the page's size":
		total = len(page)
	case "totalResults is one too many":
		total++
	}
	return map[string]any{"schemas": []string{listSchema}, "totalResults": total, "startIndex": echo,
		"itemsPerPage": len(page), "Resources": append([]map[string]any{}, page...)}
}

func parseTerms(filter string) (terms [][2]string) {
	if filter == "" {
		return nil
	}
	for term := range strings.SplitSeq(filter, " and ") {
		name, literal, ok := strings.Cut(term, " eq ")
		value, err := strconv.Unquote(literal)
		if !ok || err != nil {
			panic(refusal{400, "invalidFilter"})
		}
		terms = append(terms, [2]string{name, value})
	}
	return terms
}

func matches(row map[string]any, name, value string) bool {
	switch name {
	case "manager":
		return managerOf(row) == value
	case "members":
		return slices.ContainsFunc(elements(row["members"]), func(m map[string]any) bool { return m["value"] == value })
	}
	text, _ := row[name].(string)
	return strings.EqualFold(text, value)
}
