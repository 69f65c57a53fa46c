package limits

import (
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/internal/apierror"
)

// Codes that only requests of GraphQL are refused with.
const (
	CodeParseFailed      apierror.Code = errcode.ParseFailed
	CodeValidationFailed apierror.Code = errcode.ValidationFailed
	CodeUnknownDocument  apierror.Code = "PERSISTED_QUERY_NOT_FOUND"
	CodeNoDocuments      apierror.Code = "PERSISTED_QUERY_NOT_SUPPORTED"
)

// gqlgen tells a WebSocket client that an operation was refused, rather than
// sending it an empty result, only for codes registered as protocol errors.
func init() {
	for _, code := range []apierror.Code{apierror.Limit, apierror.RateLimited, apierror.Forbidden, CodeUnknownDocument, CodeNoDocuments} {
		errcode.RegisterErrorType(string(code), errcode.KindProtocol)
	}
}

// unavailableFor is how long who finds something unavailable should wait.
const unavailableFor = 2 * time.Second

// present is an error as gqlgen wants it. A nil error is none.
func present(e *apierror.Error) *gqlerror.Error {
	if e == nil {
		return nil
	}
	return &gqlerror.Error{Err: e, Message: e.Message, Extensions: extensions(e)}
}

// extensions are an error's machine-readable parts.
func extensions(e *apierror.Error) map[string]any {
	ext := map[string]any{"code": string(e.Code)}
	if e.Field != "" {
		ext["field"] = e.Field
	}
	after := e.RetryAfter
	if after == 0 && e.Code == apierror.Unavailable {
		after = unavailableFor
	}
	if after > 0 {
		ext["retryAfter"] = int(math.Ceil(after.Seconds()))
	}
	return ext
}

// codeOf is the code that an error is presented with.
func codeOf(e *gqlerror.Error) apierror.Code {
	code, _ := e.Extensions["code"].(string)
	return apierror.Code(code)
}
