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
	return deny(http.StatusMethodNotAllowed, "%s", why)
}

// readQuery reads a request from its URL, as GraphQL over HTTP has it for
// queries. A cookie opens nothing here: a page of another origin could make a
// browser send one along.
func (t POST) readQuery(w http.ResponseWriter, r *http.Request, start time.Time) (*graphql.RawParams, *httpError) {
	if len(r.Header["Authorization"]) == 0 && len(r.Header["Cookie"]) > 0 {
		return nil, t.notAllowed(w, "use POST with a cookie")
	}
	if int64(len(r.URL.RawQuery)) > t.Limits.BodyBytes {
		return nil, deny(http.StatusRequestURITooLong, "the query of the URL is longer than %d bytes", t.Limits.BodyBytes)
	}
	form, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, deny(http.StatusBadRequest, "the query of the URL is malformed")
	}
	fields := make(map[string]json.RawMessage)
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		switch values := form[name]; {
		case len(values) > 1:
			return nil, deny(http.StatusUnprocessableEntity, "%q is given more than once", name)
		case len(values) == 0 || values[0] == "":
		case name == "query" || name == "operationName":
			fields[name], _ = json.Marshal(values[0]) // a string
		case !json.Valid([]byte(values[0])):
			return nil, deny(http.StatusBadRequest, "%q is not valid JSON", name)
		default:
			fields[name] = json.RawMessage(values[0])
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, deny(http.StatusBadRequest, "the query of the URL is malformed")
	}
	p, denied := parameters(text)
	if denied == nil {
		p.Headers = r.Header
		p.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	}
	return p, denied
}

// getIsForQueries is the answer to a mutation by GET, which has no effect.
var getIsForQueries = &apierror.Error{Code: apierror.BadRequest, Message: "GET is for queries; send mutations by POST"}

// refusesGET reports whether an operation may not be asked for by GET.
func refusesGET(method string, op *graphql.OperationContext) bool {
	return method == http.MethodGet && op.Operation.Operation != ast.Query
}
