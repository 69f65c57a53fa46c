package limits

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/internal/apierror"
)

// allowed are the methods of the endpoint.
const allowed = "GET, POST"

func (t POST) notAllowed(w http.ResponseWriter, why string) *httpError {
	w.Header().Set("Allow", allowed)
	return badRequest(http.StatusMethodNotAllowed, "%s", why)
}

// readQuery reads a request from its URL, as GraphQL over HTTP allows for queries.
// It refuses cookies: a page of another origin could make a browser send one.
func (t POST) readQuery(w http.ResponseWriter, r *http.Request, start time.Time) (*graphql.RawParams, *httpError) {
	if len(r.Header["Authorization"]) == 0 && len(r.Header["Cookie"]) > 0 {
		return nil, t.notAllowed(w, "use POST with a cookie")
	}
	if int64(len(r.URL.RawQuery)) > t.Limits.BodyBytes {
		return nil, badRequest(http.StatusRequestURITooLong, "the query of the URL is longer than %d bytes", t.Limits.BodyBytes)
	}
	form, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badRequest(http.StatusBadRequest, "the query of the URL is malformed")
	}
	fields := make(map[string]json.RawMessage)
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		switch values := form[name]; {
		case len(values) > 1:
			return nil, badRequest(http.StatusUnprocessableEntity, "%q is given more than once", name)
		case len(values) == 0 || values[0] == "":
		case name == "query" || name == "operationName":
			fields[name], _ = json.Marshal(values[0]) // a string
		case !json.Valid([]byte(values[0])):
			return nil, badRequest(http.StatusBadRequest, "%q is not valid JSON", name)
		default:
			fields[name] = json.RawMessage(values[0])
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, badRequest(http.StatusBadRequest, "the query of the URL is malformed")
	}
	p, denied := parameters(text)
	if denied == nil {
		p.Headers = r.Header
		p.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	}
	return p, denied
}

// errMutationByGET is the answer to a mutation by GET, which is not run.
var errMutationByGET = &apierror.Error{Code: apierror.BadRequest, Message: "GET is for queries; send mutations by POST"}

// needsPOST reports whether an operation must not be sent by GET.
func needsPOST(method string, op *graphql.OperationContext) bool {
	return method == http.MethodGet && op.Operation.Operation != ast.Query
}
