package limits

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/jsontext"
)

// httpError is an error with an HTTP status.
type httpError struct {
	status int
	err    *apierror.Error
}

func badRequest(status int, format string, args ...any) *httpError {
	return &httpError{status, apierror.Errorf(apierror.BadRequest, "", format, args...)}
}

// read reads a GraphQL-over-HTTP request within the limits. Its errors do not
// quote the body, which may have secrets: messages end up in logs.
func (t POST) read(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, *httpError) {
	start := graphql.Now()
	if r.Method == http.MethodGet {
		return t.readQuery(w, r, start)
	}
	if r.Method != http.MethodPost {
		return nil, t.notAllowed(w, "use POST, or GET for queries")
	}
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != mediaJSON || !isUTF8(params["charset"]) || r.Header.Get("Content-Encoding") != "" {
		return nil, badRequest(http.StatusUnsupportedMediaType, "send application/json in UTF-8, not compressed")
	}
	body, denied := t.body(w, r)
	if denied != nil {
		return nil, denied
	}
	p, denied := parameters(body)
	if denied != nil {
		return nil, denied
	}
	p.Headers = r.Header
	p.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return p, nil
}

// body reads the body in the time that the request may take.
func (t POST) body(w http.ResponseWriter, r *http.Request) ([]byte, *httpError) {
	conn := http.NewResponseController(w)
	// Writers of tests and old middleware cannot set a deadline; the server's
	// ReadTimeout bounds them.
	_ = conn.SetReadDeadline(time.Now().Add(t.Limits.Timeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, t.Limits.BodyBytes))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		// The deadline is kept: the server reads the rest of a body before it sends
		// an answer, and would wait for ever.
		return nil, badRequest(http.StatusRequestTimeout, "the request took too long to arrive")
	}
	_ = conn.SetReadDeadline(time.Time{})
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, badRequest(http.StatusRequestEntityTooLarge, "the request is longer than %d bytes", t.Limits.BodyBytes)
	}
	if err != nil {
		return nil, badRequest(http.StatusBadRequest, "the request could not be read")
	}
	return body, nil
}

const halfCharacter = "the request has an escape of half a character, such as \\ud83d without the other half"

// parameters reads the parameters of a request from its JSON. It fails with 400
// for a text that is not JSON and with 422 for JSON that is not a request, such as
// a batch. It ignores unknown parameters.
func parameters(body []byte) (*graphql.RawParams, *httpError) {
	body = bytes.TrimPrefix(body, byteOrderMark)
	if !utf8.Valid(body) || !json.Valid(body) {
		return nil, badRequest(http.StatusBadRequest, "the request is not valid JSON")
	}
	if jsontext.HalfCharacter(body) {
		return nil, badRequest(http.StatusBadRequest, "%s", halfCharacter)
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return nil, badRequest(http.StatusUnprocessableEntity, "the request must be one JSON object")
	}
	var query *string
	p := &graphql.RawParams{}
	for _, f := range []struct {
		name, kind string
		into       any
	}{
		{"query", "a string", &query},
		{"operationName", "a string", &p.OperationName},
		{"variables", "an object", &p.Variables},
		{"extensions", "an object", &p.Extensions},
	} {
		if !decode(fields[f.name], f.into) {
			return nil, badRequest(http.StatusUnprocessableEntity, "%q must be %s", f.name, f.kind)
		}
	}
	if query == nil && p.Extensions["persistedQuery"] == nil {
		return nil, badRequest(http.StatusUnprocessableEntity, `"query" is missing, and "extensions.persistedQuery", which may stand for it`)
	}
	if query != nil {
		p.Query = *query
	}
	if jsontext.HalfCharacter(p.Query) { // the parser would replace it
		return nil, badRequest(http.StatusBadRequest, "%s", halfCharacter)
	}
	return p, nil
}

// byteOrderMark begins some texts in UTF-8. Readers of JSON may ignore it (RFC
// 8259 §8.1).
var byteOrderMark = []byte("\ufeff")

// decode decodes one parameter. Null means that it is missing. Numbers keep their
// text, as gqlgen's coercion expects.
func decode(raw json.RawMessage, into any) bool {
	if raw == nil {
		return true
	}
	if jsontext.Decode(raw, into) != nil {
		return false
	}
	if vars, ok := into.(*map[string]any); ok {
		wholeNumbers(*vars)
	}
	return true
}
