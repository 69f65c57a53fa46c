package scimadapter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/patch"
)

// The scimTypes of RFC 7644 table 9 that are used beside those of package patch.
const (
	invalidFilter = "invalidFilter"
	invalidSyntax = "invalidSyntax"
	invalidValue  = "invalidValue"
	tooMany       = "tooMany"
	uniqueness    = "uniqueness"
)

// busyFor is how long a client should wait for a busy server.
const busyFor = 2 * time.Second

// failure is a refused request in SCIM's terms.
type failure struct {
	status   int
	scimType string
	detail   string // safe to show

	again time.Duration // when it is worth trying again, where that is known
}

func (f *failure) Error() string { return f.detail }

// retryAfter is how long a client should wait; 0 where that does not help.
func (f *failure) retryAfter() time.Duration {
	if f.again == 0 && f.status == http.StatusServiceUnavailable {
		return busyFor
	}
	return f.again
}

func fault(status int, scimType, format string, args ...any) *failure {
	return &failure{status: status, scimType: scimType, detail: fmt.Sprintf(format, args...)}
}

// answers are the statuses and scimTypes of the codes of operations.
var answers = map[apierror.Code]failure{
	apierror.NotFound:     {status: http.StatusNotFound},
	apierror.Conflict:     {status: http.StatusConflict, scimType: uniqueness},
	apierror.Invalid:      {status: http.StatusBadRequest, scimType: invalidValue},
	apierror.Forbidden:    {status: http.StatusForbidden},
	apierror.StaleVersion: {status: http.StatusPreconditionFailed},
	apierror.Limit:        {status: http.StatusBadRequest, scimType: tooMany},
	apierror.RateLimited:  {status: http.StatusTooManyRequests},
	apierror.Timeout:      {status: http.StatusServiceUnavailable},
	apierror.Unavailable:  {status: http.StatusServiceUnavailable},
	apierror.Internal:     {status: http.StatusInternalServerError},
}

// describe turns any error into what a client is told.
func describe(ctx context.Context, err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if e, ok := errors.AsType[*patch.Error](err); ok {
		return fault(http.StatusBadRequest, string(e.Type), "%s", e.Detail)
	}
	if e, ok := errors.AsType[*filter.Error](err); ok {
		return fault(http.StatusBadRequest, invalidFilter, "filter: %s (at %d)", e.Reason, e.Position)
	}
	e := graph.Describe(err)
	f, known := answers[e.Code]
	if !known {
		f = answers[apierror.Internal]
	}
	f.detail, f.again = e.Message, e.RetryAfter
	switch {
	case e.Code == apierror.Invalid && e.Field == "filter":
		f.scimType = invalidFilter
	case f.status >= http.StatusInternalServerError: // administrators see it in their provisioning log
		f.detail = fmt.Sprintf("%s (request %s)", e.Message, viewer.RequestID(ctx))
	}
	return &f
}

// errorBody is an error of RFC 7644 §3.12.
type errorBody struct {
	Schemas  [1]string `json:"schemas"`
	Status   string    `json:"status"`
	ScimType string    `json:"scimType,omitempty"`
	Detail   string    `json:"detail"`
}

func (f *failure) body() errorBody {
	return errorBody{
		Schemas: [1]string{"urn:ietf:params:scim:api:messages:2.0:Error"},
		Status:  strconv.Itoa(f.status), ScimType: f.scimType, Detail: f.detail,
	}
}

// errNowhere is the answer for a path that leads to nothing.
var errNowhere = fault(http.StatusNotFound, "", "there is no such endpoint")

// Refuse answers a request that authentication turned away, with status 401,
// 404 or 503. Wrong says what is wrong with the header that shows the key; it is
// empty where the header is right. The headers of the status are the caller's.
func Refuse(w http.ResponseWriter, r *http.Request, status int, wrong string) {
	f := fault(status, "", "the directory is busy; try again (request %s)", viewer.RequestID(r.Context()))
	switch status {
	case http.StatusUnauthorized:
		f = fault(status, "", "%s", cmp.Or(wrong, "the key is not known here, has expired or was revoked"))
	case http.StatusNotFound:
		f = errNowhere
	}
	(&output{w: w, head: r.Method == http.MethodHead}).fail(r.Context(), f)
}

// fail answers with an error. When a part of the answer is sent already the
// connection is cut, so that nobody takes that part for the whole.
func (o *output) fail(ctx context.Context, err error) {
	f := describe(ctx, err)
	o.failure = f
	record(ctx, f, err)
	if o.sent {
		panic(http.ErrAbortHandler)
	}
	if after := f.retryAfter(); after > 0 {
		o.w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	}
	o.buf.Reset()
	o.status = f.status
	if o.value(f.body()) == nil {
		o.finish()
	}
}

// record tells the operator of a failure that is the server's.
func record(ctx context.Context, f *failure, err error) {
	if f.status < http.StatusInternalServerError || f.status == http.StatusNotImplemented {
		return
	}
	zerolog.Ctx(ctx).Error().Int("status", f.status).
		Str("request_id", viewer.RequestID(ctx)).Str("error", sqlconn.Detail(err)).Msg("a SCIM request failed")
}

// recovered answers a request whose handler panicked.
func recovered(ctx context.Context, o *output) {
	switch e := recover(); e {
	case nil:
	case http.ErrAbortHandler:
		panic(e)
	default:
		zerolog.Ctx(ctx).Error().Interface("panic", e).Bytes("stack", debug.Stack()).Msg("a SCIM request panicked")
		o.fail(ctx, errors.New("panic"))
	}
}
