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
	"github.com/feddir/feddir/graph/dberror"
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

// busyRetryAfter is how long a client should wait for a busy server.
const busyRetryAfter = 2 * time.Second

// failure is a refused request in SCIM's terms.
type failure struct {
	status   int
	scimType string
	detail   string // safe to show

	retryAfter time.Duration // how long the client should wait; 0 where that is not known
}

func (f *failure) Error() string { return f.detail }

// retryDelay is how long a client should wait before it tries again; 0 where
// trying again does not help.
func (f *failure) retryDelay() time.Duration {
	if f.retryAfter == 0 && f.status == http.StatusServiceUnavailable {
		return busyRetryAfter
	}
	return f.retryAfter
}

func fault(status int, scimType, format string, args ...any) *failure {
	return &failure{status: status, scimType: scimType, detail: fmt.Sprintf(format, args...)}
}

// failureOfCode has the status and scimType of each code of the operations.
var failureOfCode = map[apierror.Code]failure{
	apierror.NotFound:          {status: http.StatusNotFound},
	apierror.Conflict:          {status: http.StatusConflict, scimType: uniqueness},
	apierror.Invalid:           {status: http.StatusBadRequest, scimType: invalidValue},
	apierror.Forbidden:         {status: http.StatusForbidden},
	apierror.ExternallyManaged: {status: http.StatusConflict},
	apierror.StaleVersion:      {status: http.StatusPreconditionFailed},
	apierror.Limit:             {status: http.StatusBadRequest, scimType: tooMany},
	apierror.RateLimited:       {status: http.StatusTooManyRequests},
	apierror.Timeout:           {status: http.StatusServiceUnavailable},
	apierror.Unavailable:       {status: http.StatusServiceUnavailable},
	apierror.Internal:          {status: http.StatusInternalServerError},
}

// failureOf turns any error into the failure that the client is shown.
func failureOf(ctx context.Context, err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if e, ok := errors.AsType[*patch.Error](err); ok {
		return fault(http.StatusBadRequest, string(e.Type), "%s", e.Detail)
	}
	if e, ok := errors.AsType[*filter.Error](err); ok {
		return fault(http.StatusBadRequest, invalidFilter, "filter: %s (at %d)", e.Reason, e.Position)
	}
	e := dberror.Describe(err)
	f, known := failureOfCode[e.Code]
	if !known {
		f = failureOfCode[apierror.Internal]
	}
	f.detail, f.retryAfter = e.Message, e.RetryAfter
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

// errNoEndpoint is the answer for a path without an endpoint.
var errNoEndpoint = fault(http.StatusNotFound, "", "there is no such endpoint")

// Refuse answers a request that failed authentication, with status 401, 404 or
// 503. reason says what is wrong with the header that holds the key; it is empty
// where the header is right. The caller sets the headers of the status.
func Refuse(w http.ResponseWriter, r *http.Request, status int, reason string) {
	f := fault(status, "", "the directory is busy; try again (request %s)", viewer.RequestID(r.Context()))
	switch status {
	case http.StatusUnauthorized:
		f = fault(status, "", "%s", cmp.Or(reason, "the key is unknown, has expired or was revoked"))
	case http.StatusNotFound:
		f = errNoEndpoint
	}
	(&output{w: w, head: r.Method == http.MethodHead}).fail(r.Context(), f)
}

// fail answers with an error. If a part of the answer is sent already it closes
// the connection, so that no client takes that part for the whole.
func (o *output) fail(ctx context.Context, err error) {
	f := failureOf(ctx, err)
	o.failure = f
	logFailure(ctx, f, err)
	if o.sent {
		panic(http.ErrAbortHandler)
	}
	if after := f.retryDelay(); after > 0 {
		o.w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(after.Seconds()))))
	}
	o.buf.Reset()
	o.status = f.status
	if o.value(f.body()) == nil {
		o.finish()
	}
}

// logFailure logs a failure of the server.
func logFailure(ctx context.Context, f *failure, err error) {
	if f.status < http.StatusInternalServerError || f.status == http.StatusNotImplemented {
		return
	}
	zerolog.Ctx(ctx).Error().Int("status", f.status).
		Str("request_id", viewer.RequestID(ctx)).Str("error", sqlconn.Detail(err)).Msg("a SCIM request failed")
}

// recoverPanic answers a request whose handler panicked. It is deferred.
func recoverPanic(ctx context.Context, o *output) {
	switch e := recover(); e {
	case nil:
	case http.ErrAbortHandler:
		panic(e)
	default:
		zerolog.Ctx(ctx).Error().Interface("panic", e).Bytes("stack", debug.Stack()).Msg("a SCIM request panicked")
		o.fail(ctx, errors.New("panic"))
	}
}
