package limits_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

const (
	mediaGraphQL = "application/graphql-response+json; charset=utf-8"
	mediaJSON    = "application/json; charset=utf-8"
)

// The table is the one of GraphQL over HTTP, edition September 2026.
func TestStatus(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"a query":                      {`{"query":"{name}"}`, 200},
		"null is absent":               {`{"query":"{name}","variables":null,"operationName":null,"extensions":null}`, 200},
		"an empty name is none":        {`{"query":"{name}","operationName":""}`, 200},
		"unknown parameters":           {`{"query":"{name}","documentId":7}`, 200},
		"no JSON":                      {`NONSENSE`, 400},
		"cut JSON":                     {`{"query":`, 400},
		"nothing":                      {``, 400},
		"two objects":                  {`{"query":"{name}"}{}`, 400},
		"not UTF-8":                    {"{\"query\":\"{name}\xff\"}", 400},
		"not UTF-8 in a variable":      {"{\"query\":\"{name}\",\"variables\":{\"x\":\"\xff\"}}", 400},
		"E-222 in a variable":          {`{"query":"{name}","variables":{"x":"a\ud83d"}}`, 400},
		"E-222 in a key":               {`{"query":"{name}","variables":{"x":{"\ude00":1}}}`, 400},
		"E-222 in the query":           {`{"query":"{name(x:\"\\ud83d\")}"}`, 400},
		"E-222 whole":                  {`{"query":"{name}","variables":{"x":"\ud83d\ude00\\ud83d"}}`, 200},
		"a large number for an ID":     {`{"query":"query($i:ID!){node(id:$i){id}}","variables":{"i":9007199254740993}}`, 200},
		"JSON 100,000 deep":            {strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), 400},
		"a document that is no such":   {`{"query":"{"}`, 400},
		"an empty document":            {`{"query":""}`, 400},
		"a document of fragments":      {`{"query":"fragment A on Query{name}"}`, 400},
		"a batch":                      {`[{"query":"{name}"}]`, 422},
		"a batch of ten":               {`[` + strings.Repeat(`{"query":"{name}"},`, 9) + `{"query":"{name}"}]`, 422},
		"null for a request":           {`null`, 422},
		"a string for a request":       {`"{name}"`, 422},
		"no query":                     {`{"qeury":"{name}"}`, 422},
		"names are case-sensitive":     {`{"Query":"{name}"}`, 422},
		"null for a query":             {`{"query":null}`, 422},
		"a number for a query":         {`{"query":7}`, 422},
		"a list for variables":         {`{"query":"{name}","variables":[7]}`, 422},
		"a string for variables":       {`{"query":"{name}","variables":"{}"}`, 422},
		"a number for a name":          {`{"query":"{name}","operationName":7}`, 422},
		"a list for extensions":        {`{"query":"{name}","extensions":[]}`, 422},
		"an unknown field":             {`{"query":"{nmae}"}`, 422},
		"an unknown operation":         {`{"query":"query A{name}","operationName":"B"}`, 422},
		"an ambiguous operation":       {`{"query":"query A{name}query B{name}"}`, 422},
		"a variable of the wrong type": {`{"query":"query($i:Int){group(id:$i){id}}","variables":{"i":"x"}}`, 422},
		"a number for a String":        {`{"query":"query($w:UserWhereInput){users(where:$w){totalCount}}","variables":{"w":{"userName":7}}}`, 422},
		"a string for an Int":          {`{"query":"query($i:Int){group(id:$i){id}}","variables":{"i":"7"}}`, 422},
		"a fraction for an Int":        {`{"query":"query($i:Int){group(id:$i){id}}","variables":{"i":7.5}}`, 422},
		"a number for a Boolean":       {`{"query":"query($w:UserWhereInput){users(where:$w){totalCount}}","variables":{"w":{"active":1}}}`, 422},
		"a boolean for an ID":          {`{"query":"query($i:ID!){node(id:$i){id}}","variables":{"i":true}}`, 422},
		"a variable missing":           {`{"query":"query($i:ID!){node(id:$i){id}}"}`, 422},
		"a subscription":               {`{"query":"subscription{name}"}`, 422},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			for _, accept := range []string{"", "application/json", "application/graphql-response+json"} {
				r := request(c.body)
				if accept != "" {
					r.Header.Set("Accept", accept)
				}
				a := s.do(t, r)
				if a.Status != c.status {
					t.Errorf("Accept %q: status %d, want %d: %s", accept, a.Status, c.status, a.Body)
				}
				if refused := a.Status >= 300; refused == strings.Contains(a.Body, `"data"`) || refused == (a.code() == "") {
					t.Errorf("Accept %q: %s", accept, a.Body)
				}
			}
		})
	}
}

func TestRefusalsDoNotQuoteTheBody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, body := range []string{`{"secret":"hunter2"`, `["hunter2"]`, `{"query":["hunter2"]}`} {
		if a := s.do(t, request(body)); strings.Contains(a.Body, "hunter2") {
			t.Errorf("%s", a.Body)
		}
	}
}

// JSON has one kind of number: 2.0 is 2. A document has two.
func TestWholeNumbersAreInts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		document, variables string
		status              int
	}{
		{`query($n: Int) { users(first: $n) { totalCount } }`, `{"n":2.0}`, 200},
		{`query($n: Int) { users(first: $n) { totalCount } }`, `{"n":2e0}`, 200},
		{`query($n: Int) { users(first: $n) { totalCount } }`, `{"n":2.5}`, 422},
		{`query($n: Int) { users(first: $n) { totalCount } }`, `{"n":"2"}`, 422},
		{`query($n: Int) { users(first: $n) { totalCount } }`, `{"n":1e300}`, 422},
		{`query($ids: [Int!]) { name }`, `{"ids":[1.0]}`, 422}, // it is not used
		{`{ users(first: 2.0) { totalCount } }`, `{}`, 422},
	} {
		body := fmt.Sprintf(`{"query":%q,"variables":%s}`, c.document, c.variables)
		if a := newServer(t).do(t, request(body)); a.Status != c.status {
			t.Errorf("%s: status %d, want %d: %s", body, a.Status, c.status, a.Body)
		}
	}
}

// Names are case-sensitive in GraphQL (September 2025, section 2.1.9): a filter by
// "active" would find nobody.
func TestVariablesOfEnumsAndItemsOfFilters(t *testing.T) {
	t.Parallel()
	for variable, status := range map[string]int{
		`{"state":"ACTIVE"}`: 200, `{"state":"active"}`: 422, `{"state":"Paused"}`: 422, `{"state":null}`: 200,
		`{"stateIn":["PAUSED","ACTIVE"]}`: 200, `{"stateIn":["PAUSED","active"]}`: 422, `{"stateIn":"paused"}`: 422,
		`{"or":[{"state":"active"}]}`: 422, `{"userNameIn":["a","b"]}`: 200, `{"userNameIn":["a",5]}`: 422,
	} {
		body := fmt.Sprintf(`{"query":"query($w: UserWhereInput) { users(where: $w) { totalCount } }","variables":{"w":%s}}`, variable)
		if a := newServer(t).do(t, request(body)); a.Status != status {
			t.Errorf("%s: status %d, want %d: %s", variable, a.Status, status, a.Body)
		}
	}
	for state, status := range map[string]int{"ACTIVE": 200, "active": 422} {
		body := fmt.Sprintf(`{"query":"query($s: State!) { users(where: {state: $s, not: {stateIn: [$s]}}) { totalCount } }","variables":{"s":%q}}`, state)
		if a := newServer(t).do(t, request(body)); a.Status != status {
			t.Errorf("%s: status %d, want %d: %s", state, a.Status, status, a.Body)
		}
	}
}

func TestNumbersOfExtensionsStayAsWritten(t *testing.T) {
	t.Parallel()
	read := limits.Variables(`{"patch":{"count":2.0,"extensions":{"urn:acme:2.0":{"rate":2.0,"rates":[1e1]}}}}`)
	if got, err := json.Marshal(read); err != nil || string(got) != `{"patch":{"count":2,"extensions":{"urn:acme:2.0":{"rate":2.0,"rates":[1e1]}}}}` {
		t.Errorf("%s, %v", got, err)
	}
}

func TestHTTPRefusals(t *testing.T) {
	t.Parallel()
	get := func(query string, headers ...string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/graphql?"+query, nil)
		for _, name := range headers {
			r.Header.Set(name, "x")
		}
		return r
	}
	contentType := func(value string) *http.Request {
		r := request(`{"query":"{name}"}`)
		r.Header.Set("Content-Type", value)
		return r
	}
	compressed := request(`{"query":"{name}"}`)
	compressed.Header.Set("Content-Encoding", "gzip")
	slow := request("")
	slow.Body = io.NopCloser(failing{os.ErrDeadlineExceeded})
	gone := request("")
	gone.Body = io.NopCloser(failing{io.ErrUnexpectedEOF})
	for name, c := range map[string]struct {
		request *http.Request
		status  int
	}{
		"GET":                 {get("query={name}"), 200},
		"GET with variables":  {get(`query=query(%24id:Int){group(id:%24id){id}}&variables={"id":7}&operationName=&extensions={}`), 200},
		"a mutation by GET":   {get("query=mutation{addMembers(ids:[]){id}}"), 405},
		"a named one by GET":  {get("operationName=m&query=query+q{name}mutation+m{addMembers(ids:[]){id}}"), 405},
		"events by GET":       {get("query=subscription{name}"), 405},
		"GET with a cookie":   {get("query={name}", "Cookie"), 405},
		"GET with both":       {get("query={name}", "Cookie", "Authorization"), 200},
		"GET of nothing":      {get(""), 422},
		"GET of two":          {get("query={name}&query={name}"), 422},
		"GET, no variables":   {get("query={name}&variables=[]"), 422},
		"GET, no JSON":        {get("query={name}&variables={"), 400},
		"GET, no document":    {get("query={"), 400},
		"GET, malformed":      {get("query=%zz"), 400},
		"GET of 300 kB":       {get("query={name}&x=" + strings.Repeat("x", 300<<10)), 414},
		"GET of what is not":  {get("query={nothing}"), 422},
		"HEAD":                {httptest.NewRequest(http.MethodHead, "/graphql", nil), 405},
		"PUT":                 {httptest.NewRequest(http.MethodPut, "/graphql", strings.NewReader(`{"query":"{name}"}`)), 405},
		"OPTIONS":             {httptest.NewRequest(http.MethodOptions, "/graphql", nil), 405},
		"no content type":     {contentType(""), 415},
		"a form":              {contentType("application/x-www-form-urlencoded"), 415},
		"multipart":           {contentType("multipart/form-data; boundary=x"), 415},
		"application/graphql": {contentType("application/graphql"), 415},
		"another charset":     {contentType("application/json; charset=utf-16"), 415},
		"a byte order mark":   {request("\ufeff" + `{"query":"{name}"}`), 200},
		"two of them":         {request("\ufeff\ufeff" + `{"query":"{name}"}`), 400},
		"UTF-8 named":         {contentType("application/json; charset=UTF-8"), 200},
		"a compressed body":   {compressed, 415},
		"a body too long":     {request(strings.Repeat(" ", 256<<10) + `{"query":"{name}"}`), 413},
		"a body of 10 MB":     {request(strings.Repeat("x", 10<<20)), 413},
		"a body too slow":     {slow, 408},
		"a body that breaks":  {gone, 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newServer(t).do(t, c.request)
			if a.Status != c.status {
				t.Errorf("status %d, want %d: %s", a.Status, c.status, a.Body)
			}
			if allow := a.Header.Get("Allow"); (a.Status == 405) != (allow == "POST" || allow == "GET, POST") {
				t.Errorf("Allow %q", allow)
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A real connection shows that the deadline for the body is set and lifted.
func TestSlowBodyEnds(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(_ *server, c *config) { c.limits.Timeout = 50 * time.Millisecond })
	web := httptest.NewServer(s)
	defer web.Close()
	for name, length := range map[string]int64{"of unknown length": -1, "of a length": 1000} {
		body, send := io.Pipe()
		defer send.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r, _ := http.NewRequestWithContext(ctx, http.MethodPost, web.URL, body)
		r.Header.Set("Content-Type", "application/json")
		r.ContentLength = length
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatalf("a body %s: %v", name, err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusRequestTimeout {
			t.Errorf("a body %s: status %d", name, resp.StatusCode)
		}
	}
}

func TestAccept(t *testing.T) {
	t.Parallel()
	for accept, media := range map[string]string{
		"":                                  mediaGraphQL,
		"*/*":                               mediaGraphQL,
		"application/*":                     mediaGraphQL,
		"application/json":                  mediaJSON,
		"application/json; charset=utf-8":   mediaJSON,
		"application/graphql-response+json": mediaGraphQL,
		"application/json, application/graphql-response+json":           mediaGraphQL,
		"application/graphql-response+json, application/json;q=0.9":     mediaGraphQL,
		"application/json, application/graphql-response+json;q=0.9":     mediaJSON,
		"*/*, application/graphql-response+json;q=0":                    mediaJSON,
		"application/graphql-response+json;q=0.1, application/json;q=0": mediaGraphQL,
		"text/html, application/json;q=0.5, */*;q=0.1":                  mediaJSON,
		"text/html":                        "",
		"application/json;q=0":             "",
		"application/json; charset=latin1": "",
		"application/json;q=NaN":           "",
		"application/json;q=2":             "",
		strings.Repeat("text/html,", 1_000) + "application/json": "",
		"nonsense;;;=": "",
	} {
		t.Run(fmt.Sprintf("%.40s", accept), func(t *testing.T) {
			t.Parallel()
			r := request(`{"query":"{name}"}`)
			if accept != "" {
				r.Header.Set("Accept", accept)
			}
			a := newServer(t).do(t, r)
			if media == "" {
				if a.Status != http.StatusNotAcceptable {
					t.Errorf("status %d, want 406", a.Status)
				}
				return
			}
			if got := a.Header.Get("Content-Type"); got != media || a.Status != 200 {
				t.Errorf("status %d, type %q, want %q", a.Status, got, media)
			}
		})
	}
}

func TestAnswersOfOperations(t *testing.T) {
	t.Parallel()
	data := json.RawMessage(`{"name":null}`)
	failed := gqlerror.List{gqlerror.Errorf("no")}
	for name, c := range map[string]struct {
		answer func(context.Context) *graphql.Response
		accept string
		status int
		media  string
	}{
		"data and errors": {func(context.Context) *graphql.Response {
			return &graphql.Response{Data: data, Errors: failed}
		}, "", 294, mediaGraphQL},
		"null and errors": {func(context.Context) *graphql.Response {
			return &graphql.Response{Data: json.RawMessage("null"), Errors: failed}
		}, "", 294, mediaGraphQL},
		"data and errors for an old client": {func(context.Context) *graphql.Response {
			return &graphql.Response{Data: data, Errors: failed}
		}, "application/json", 200, mediaJSON},
		"no data": {func(context.Context) *graphql.Response {
			return &graphql.Response{Errors: failed}
		}, "application/json", 422, mediaGraphQL},
		"nothing at all": {func(context.Context) *graphql.Response {
			return &graphql.Response{}
		}, "", 500, mediaGraphQL},
		"a panic":     {func(context.Context) *graphql.Response { panic("boom") }, "", 500, mediaGraphQL},
		"out of time": {func(context.Context) *graphql.Response { return nil }, "", 503, mediaGraphQL},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(_ *server, cfg *config) { cfg.answer = c.answer })
			r := request(`{"query":"{name}"}`)
			r.Header.Set("Accept", c.accept)
			a := s.do(t, r)
			if got := a.Header.Get("Content-Type"); a.Status != c.status || got != c.media {
				t.Errorf("status %d, type %q: %s", a.Status, got, a.Body)
			}
			if strings.Contains(a.Body, "boom") {
				t.Error("the panic is told")
			}
		})
	}
}

func TestRequestHasADeadline(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(_ *server, c *config) {
		c.limits.Timeout = time.Millisecond
		c.answer = func(ctx context.Context) *graphql.Response {
			<-ctx.Done()
			graphql.AddError(ctx, fmt.Errorf("query: %w", ctx.Err()))
			return &graphql.Response{}
		}
	})
	if a := s.query(t, `{name}`, nil); a.Status != 503 || a.code() != apierror.Unavailable {
		t.Errorf("status %d: %s", a.Status, a.Body)
	}
}

func TestErrorsOfOperationsAreSafe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		code   apierror.Code
		field  any
		logged int64
	}{
		"a coded error":         {fmt.Errorf("user 7: %w", errCoded), "NOT_FOUND", "id", 0},
		"a driver error":        {errors.New("pq: memory exhausted in secret_table"), apierror.Internal, nil, 1},
		"a panic":               {limits.Recover(t.Context(), "secret"), apierror.Internal, nil, 1},
		"a code of its own":     {&gqlerror.Error{Message: "secret", Extensions: map[string]any{"code": "X"}}, apierror.Internal, nil, 1},
		"a cancelled operation": {fmt.Errorf("secret: %w", context.Canceled), apierror.Unavailable, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(_ *server, cfg *config) {
				cfg.answer = func(ctx context.Context) *graphql.Response {
					graphql.AddError(ctx, c.err)
					return &graphql.Response{Data: json.RawMessage("null")}
				}
			})
			a := s.query(t, `{name}`, nil)
			if a.code() != c.code || a.Errors[0].Extensions["field"] != c.field || a.Errors[0].Extensions["requestId"] != "req-1" {
				t.Errorf("%s", a.Body)
			}
			if strings.Contains(a.Body, "secret") || strings.Contains(a.Body, "user 7") || s.logged.Load() != c.logged {
				t.Errorf("logged %d: %s", s.logged.Load(), a.Body)
			}
		})
	}
}

// Who is told to come back is told when, with data and without.
func TestUnavailableSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]json.RawMessage{"without data": nil, "with data": json.RawMessage("null")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, func(_ *server, cfg *config) {
				cfg.answer = func(ctx context.Context) *graphql.Response {
					graphql.AddError(ctx, errors.New("another"))
					graphql.AddError(ctx, context.Canceled)
					return &graphql.Response{Data: data}
				}
			})
			if a := s.query(t, `{name}`, nil); a.Header.Get("Retry-After") != "2" || a.Errors[1].Extensions["retryAfter"] != 2.0 {
				t.Errorf("Retry-After %q: %s", a.Header.Get("Retry-After"), a.Body)
			}
		})
	}
}

// gqlgen reports a value it cannot read at a path below the field.
func TestUnreadableArgumentNamesItsField(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(_ *server, c *config) {
		c.answer = func(ctx context.Context) *graphql.Response {
			ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{
				Field: graphql.CollectedField{Field: field("createUser")},
			})
			arg := graphql.WithPathContext(ctx, graphql.NewPathWithField("input"))
			graphql.AddError(ctx, graphql.ErrorOnPath(arg, errors.New("uuid: secret")))
			return &graphql.Response{Data: json.RawMessage("null")}
		}
	})
	a := s.query(t, `{name}`, nil)
	if a.code() != apierror.Invalid || a.Errors[0].Extensions["field"] != "input" || strings.Contains(a.Body, "secret") {
		t.Errorf("%s", a.Body)
	}
}
