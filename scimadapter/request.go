package scimadapter

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/internal/records"
	"github.com/feddir/feddir/internal/scim/schema"
	"github.com/feddir/feddir/internal/token"
)

// maxBody is the longest body of a request, in bytes.
const maxBody = 1 << 20

// maxGroupBody is the longest body of a request for groups, in bytes. It has
// room for many members, each with its display and $ref.
const maxGroupBody = 4 << 20

// request is what a handler needs of an HTTP request.
type request struct {
	ctx         context.Context
	directoryID uuid.UUID
	id          string // of the resource; empty for a collection
	header      http.Header
	params      url.Values
	body        []byte
	projection  projection
	record      *records.Record                        // nil for a second part of another request
	recordPart  func(context.Context, *records.Record) // of a part of this request; nil where nobody wants to know
	release     func()                                 // ends the turn that the request has; nil where it has none
	sealer      *token.Sealer
}

// ServeHTTP answers one request.
func (a *adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	whole, end := context.WithTimeout(r.Context(), maxAnswerTime)
	defer end()
	ctx, cancel := context.WithTimeout(whole, a.cfg.Timeout)
	defer cancel()
	out := &output{w: w, head: r.Method == http.MethodHead, ctx: whole, limit: a.cfg.Timeout}
	rec := &records.Record{Method: records.Method(r.Method), Action: requestrecord.ActionOTHER}
	if a.cfg.Record != nil {
		var events *feed.Events
		ctx, events = feed.WithEvents(ctx)
		defer func(start time.Time) {
			completeRecord(rec, out.status, out.failure, events.All(), time.Since(start))
			a.cfg.Record(r, rec)
		}(time.Now())
	}
	defer recoverPanic(ctx, out)
	resp, err := a.handle(ctx, w, r, rec)
	if err == nil {
		err = out.respond(resp)
	}
	if err != nil {
		out.fail(ctx, err)
	}
}

func (a *adapter) handle(ctx context.Context, w http.ResponseWriter, r *http.Request, rec *records.Record) (*response, error) {
	v, _ := viewer.FromContext(ctx)
	if v.Kind != viewer.DirectoryKey || v.DirectoryID == uuid.Nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		return nil, fault(http.StatusUnauthorized, "", "a key of a directory is needed")
	}
	e, id, ok := a.find(r.URL)
	if !ok {
		return nil, errNoEndpoint
	}
	r.Pattern = e.pattern(r.Method, id) // for the log, as http.ServeMux would
	rec.Route, rec.Action = e.route(id), e.action(r.Method, id)
	if rec.Action != requestrecord.ActionQUERY {
		rec.TargetID = memberID(id)
	}
	req := &request{ctx: ctx, directoryID: v.DirectoryID, id: id, header: r.Header, record: rec, sealer: a.cfg.Sealer}
	if a.cfg.Record != nil {
		req.recordPart = func(ctx context.Context, part *records.Record) { a.cfg.Record(r.WithContext(ctx), part) }
	}
	f, err := e.method(w, r.Method, id)
	if err != nil {
		return nil, err
	}
	if req.params, err = parseQuery(r.URL.RawQuery); err != nil {
		return nil, err
	}
	if e.resource != nil {
		req.projection = newProjection(*e.resource, req.params)
	}
	if hasBody(r.Method) {
		if req.body, err = readBody(w, r, e.longestBody()); err != nil {
			return nil, err
		}
	}
	if err := a.admit(req); err != nil {
		return nil, err
	}
	defer req.releaseTurn()
	return f(req)
}

// find returns the endpoint of a path and the id behind it. It ignores slashes
// at the end and doubled ones: an administrator may paste a URL that ends with
// a slash.
func (a *adapter) find(u *url.URL) (e endpoint, id string, ok bool) {
	below, ok := strings.CutPrefix(u.EscapedPath(), root+"/")
	segments := strings.FieldsFunc(below, func(r rune) bool { return r == '/' })
	if !ok && below != root || len(segments) > 2 {
		return endpoint{}, "", false
	}
	if !ok || len(segments) == 0 {
		return a.endpoints[""], "", true
	}
	e, ok = a.endpoints[strings.ToLower(segments[0])]
	if !ok || len(segments) == 1 {
		return e, "", ok
	}
	id, err := url.PathUnescape(segments[1])
	return e, id, err == nil && e.item != nil && !strings.Contains(id, "/") && id != "." && id != ".."
}

// pattern is the route as http.ServeMux writes it, with {id} for an id.
func (e endpoint) pattern(method, id string) string { return method + " " + e.route(id) }

func (e endpoint) route(id string) string {
	path := root + "/" + e.name
	if id != "" {
		path += "/{id}"
	}
	return path
}

// method returns the handler of a method; HEAD is GET without the body.
func (e endpoint) method(w http.ResponseWriter, method, id string) (handler, error) {
	m := e.collection
	switch {
	case id == searchID && e.search != nil:
		m = e.search
	case id != "":
		m = e.item
	}
	name := method
	if name == http.MethodHead {
		name = http.MethodGet
	}
	f, ok := m[name]
	if !ok {
		w.Header().Set("Allow", m.allow())
		return nil, fault(http.StatusMethodNotAllowed, "", "this endpoint knows only %s", m.allow())
	}
	return f, nil
}

func hasBody(method string) bool {
	return method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch
}

func (e endpoint) longestBody() int64 {
	if e.resource == &schema.Groups {
		return maxGroupBody
	}
	return maxBody
}

// readBody reads a body of JSON. A request without a Content-Type is taken to
// send JSON.
func readBody(w http.ResponseWriter, r *http.Request, longest int64) ([]byte, error) {
	if given := r.Header.Get("Content-Type"); given != "" {
		if t, _, err := mime.ParseMediaType(given); err != nil && t == "" || t != mediaType && t != "application/json" {
			return nil, fault(http.StatusUnsupportedMediaType, "", "the body must be %s", mediaType)
		}
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return nil, fault(http.StatusUnsupportedMediaType, "", "the body must not be encoded")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longest))
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return nil, fault(http.StatusRequestEntityTooLarge, "", "the body is longer than %d bytes", longest)
	}
	if err != nil {
		return nil, fault(http.StatusBadRequest, invalidSyntax, "the body did not arrive whole")
	}
	return bytes.TrimPrefix(body, byteOrderMark), nil
}

// byteOrderMark begins some texts in UTF-8. Readers of JSON may ignore it (RFC
// 8259 §8.1).
var byteOrderMark = []byte("\ufeff")

// location is the URL of a resource.
func (a *adapter) location(rt schema.ResourceType, id string) string {
	return a.root + rt.Endpoint + "/" + id
}
