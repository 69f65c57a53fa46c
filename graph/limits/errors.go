package limits

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/internal/apierror"
)

// messageLength bounds messages that may quote the request, in runes.
const messageLength = 200

// ErrorPresenter makes errors safe to show. describe classifies the errors of
// operations: their message is shown, with extensions.code and, where there is
// one, extensions.field. Errors of parsing and validation keep their message.
// Everything else, which describe calls INTERNAL, goes to log with its text and
// reaches the client without it. requestID, when not empty, is told in every
// error.
func ErrorPresenter(
	describe func(error) *apierror.Error,
	requestID func(context.Context) string,
	log func(context.Context, error),
) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		e, known := classify(ctx, err, describe)
		if !known {
			log(ctx, err)
		}
		out := present(e)
		out.Path = graphql.GetPath(ctx)
		if g, ok := errors.AsType[*gqlerror.Error](err); ok {
			out.Path, out.Locations = g.Path, g.Locations
			if inVariable(g.Path) != "" {
				out.Path = nil // that of an answer, which there is none of
			}
		}
		if id := requestID(ctx); id != "" {
			out.Extensions["requestId"] = id
		}
		return out
	}
}

// classify finds what may be said about an error; known is false when that is
// nothing.
func classify(ctx context.Context, err error, describe func(error) *apierror.Error) (e *apierror.Error, known bool) {
	if e, ok := errors.AsType[*apierror.Error](err); ok {
		return e, true
	}
	if e := describe(err); e.Code != apierror.Internal {
		return e, true
	}
	if g, ok := errors.AsType[*gqlerror.Error](err); ok {
		// Only gqlgen's executor sets these codes, on errors about the request.
		if c := codeOf(g); c == CodeParseFailed || c == CodeValidationFailed {
			message := cmp.Or(reworded[g.Message], bounded(g.Message))
			return &apierror.Error{Code: c, Message: message, Field: bounded(inVariable(g.Path))}, true
		}
		if field, ok := inputField(ctx, g.Path); ok {
			message := "the value is not valid"
			if scalar, ok := errors.AsType[*ScalarError](err); ok {
				message = field + " " + scalar.Must
			}
			return &apierror.Error{Code: apierror.Invalid, Message: message, Field: field}, true
		}
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return apierror.Errorf(apierror.Unavailable, "", "the operation was not finished in time"), true
	}
	return apierror.Errorf(apierror.Internal, "", "internal error"), false
}

// reworded says what the parser's messages mean that do not say it.
var reworded = map[string]string{
	"operation  not found":      "the document has several operations; say which one with operationName",
	"must be defined":           "a value must be given",
	"cannot use value 0 as Int": "must be a whole number",
}

// ScalarError says what a value of a scalar must be, in words that are safe to
// show.
type ScalarError struct{ Must string }

func (e *ScalarError) Error() string { return e.Must }

// inVariable is the place in a variable that an error is about, such as
// "emails[0].value", or the variable's name; empty where it is about none. The
// parser gives it as a path that begins with "variable".
func inVariable(path ast.Path) string {
	if len(path) < 2 || path[0] != ast.PathName("variable") {
		return ""
	}
	if len(path) == 2 {
		return path[1:].String()
	}
	return path[2:].String()
}

// inputField is the part of an error's path below the field that is resolved:
// gqlgen adds it only when an argument's value cannot be read. The fields of the
// one argument of a mutation are named like those that its operation refuses.
func inputField(ctx context.Context, path ast.Path) (string, bool) {
	fc := graphql.GetFieldContext(ctx)
	if fc == nil {
		return "", false
	}
	own := fc.Path().String()
	below, ok := strings.CutPrefix(path.String(), own+".")
	return strings.TrimPrefix(below, "input."), ok && own != ""
}

// bounded cuts a message that may quote what the client sent.
func bounded(message string) string {
	n := 0
	for i := range message {
		if n == messageLength {
			return message[:i] + "…"
		}
		n++
	}
	return message
}

// Panic is a recovered panic, for the log.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic: %v\n%s", p.Value, p.Stack) }

// Recover implements graphql.RecoverFunc. The presenter shows the panic as
// INTERNAL and logs it.
func Recover(_ context.Context, value any) error {
	return &Panic{Value: value, Stack: debug.Stack()}
}

// Errors keeps the first Max errors of an answer: a document of 1,000 tokens
// can be wrong in hundreds of ways, and nobody reads more than ten.
type Errors struct{ Max int }

var _ interface {
	graphql.HandlerExtension
	graphql.ResponseInterceptor
} = Errors{}

// ExtensionName implements graphql.HandlerExtension.
func (Errors) ExtensionName() string { return "BoundedErrors" }

// Validate implements graphql.HandlerExtension.
func (e Errors) Validate(graphql.ExecutableSchema) error {
	if e.Max < 1 {
		return errors.New("guard: at least one error must be told")
	}
	return nil
}

// InterceptResponse implements graphql.ResponseInterceptor.
func (e Errors) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	resp := next(ctx)
	if resp != nil && len(resp.Errors) > e.Max {
		resp.Errors = resp.Errors[:e.Max]
	}
	return resp
}
