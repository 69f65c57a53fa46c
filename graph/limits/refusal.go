package limits

import (
	"fmt"
	"math"
	"time"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Codes in extensions.code of the errors this package makes.
const (
	CodeParseFailed      = errcode.ParseFailed
	CodeValidationFailed = errcode.ValidationFailed
	CodeLimit            = "LIMIT"
	CodeRateLimited      = "RATE_LIMITED"
	CodeInvalid          = "INVALID"
	CodeForbidden        = "FORBIDDEN"
	CodeUnavailable      = "UNAVAILABLE"
	CodeInternal         = "INTERNAL"
	CodeUnknownDocument  = "PERSISTED_QUERY_NOT_FOUND"
)

// gqlgen tells a WebSocket client that an operation was refused, rather than
// sending it an empty result, only for codes registered as protocol errors.
func init() {
	for _, code := range []string{CodeLimit, CodeRateLimited, CodeForbidden, CodeUnknownDocument} {
		errcode.RegisterErrorType(code, errcode.KindProtocol)
	}
}

// unavailableFor is how long who finds something unavailable should wait.
const unavailableFor = 2 * time.Second

// Refusal is an error whose message may be shown to the client as it is.
type Refusal struct {
	Code       string
	Message    string
	Field      string        // input field at fault, if any
	RetryAfter time.Duration // when the same request may succeed, if waiting helps; 2 s for CodeUnavailable where it is 0
}

func (r *Refusal) Error() string { return r.Message }

func refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// extensions are the refusal's machine-readable parts.
func (r *Refusal) extensions() map[string]any {
	ext := map[string]any{"code": r.Code}
	if r.Field != "" {
		ext["field"] = r.Field
	}
	after := r.RetryAfter
	if after == 0 && r.Code == CodeUnavailable {
		after = unavailableFor
	}
	if after > 0 {
		ext["retryAfter"] = int(math.Ceil(after.Seconds()))
	}
	return ext
}

// gql is the refusal as gqlgen wants it. A nil refusal is no error.
func (r *Refusal) gql() *gqlerror.Error {
	if r == nil {
		return nil
	}
	return &gqlerror.Error{Err: r, Message: r.Message, Extensions: r.extensions()}
}
