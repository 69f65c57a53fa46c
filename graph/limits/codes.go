package limits

import (
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/internal/apierror"
)

// These codes are used for GraphQL requests only.
const (
	CodeParseFailed      apierror.Code = errcode.ParseFailed
	CodeValidationFailed apierror.Code = errcode.ValidationFailed
	CodeUnknownDocument  apierror.Code = "PERSISTED_QUERY_NOT_FOUND"
	CodeNoDocuments      apierror.Code = "PERSISTED_QUERY_NOT_SUPPORTED"
)

// gqlgen answers a refused operation on a WebSocket with an error message, and not
// with an empty result, only for codes that are registered as protocol errors.
func init() {
	for _, code := range []apierror.Code{apierror.Limit, apierror.RateLimited, apierror.Forbidden, CodeUnknownDocument, CodeNoDocuments} {
		errcode.RegisterErrorType(string(code), errcode.KindProtocol)
	}
}

// unavailableRetryAfter is how long a client should wait after an Unavailable.
const unavailableRetryAfter = 2 * time.Second

// present returns an error as gqlgen needs it; nil for nil.
func present(e *apierror.Error) *gqlerror.Error {
	if e == nil {
		return nil
	}
	return &gqlerror.Error{Err: e, Message: e.Message, Extensions: extensions(e)}
}

// extensions returns the machine-readable parts of an error.
func extensions(e *apierror.Error) map[string]any {
	ext := map[string]any{"code": string(e.Code)}
	if e.Field != "" {
		ext["field"] = e.Field
	}
	after := e.RetryAfter
	if after == 0 && e.Code == apierror.Unavailable {
		after = unavailableRetryAfter
	}
	if after > 0 {
		ext["retryAfter"] = int(math.Ceil(after.Seconds()))
	}
	return ext
}

// codeOf returns the code in an error's extensions.
func codeOf(e *gqlerror.Error) apierror.Code {
	code, _ := e.Extensions["code"].(string)
	return apierror.Code(code)
}
