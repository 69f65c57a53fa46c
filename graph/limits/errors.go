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
// operations: their message is shown, with extensions.code and, if there is one,
// extensions.field. Errors of parsing and validation keep their message. All other
// errors, which describe calls INTERNAL, are logged, and the client does not get
// their text. Every error has the requestID, unless that is empty.
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
			if variablePath(g.Path) != "" {
				out.Path = nil // a path in the answer, and there is no answer
			}
		}
		if id := requestID(ctx); id != "" {
			out.Extensions["requestId"] = id
		}
		return out
	}
}

// classify returns the error to show; known is false if it is INTERNAL.
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
			message := cmp.Or(messages[g.Message], truncate(g.Message))
			return &apierror.Error{Code: c, Message: message, Field: truncate(variablePath(g.Path))}, true
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

// messages replaces messages of the parser that do not say what is wrong.
var messages = map[string]string{
	"operation  not found":      "the document has several operations; say which one with operationName",
	"must be defined":           "a value must be given",
	"cannot use value 0 as Int": "must be a whole number",
}

// ScalarError says what the value of a scalar must be. It is safe to show.
type ScalarError struct{ Must string }

func (e *ScalarError) Error() string { return e.Must }

// variablePath returns the part of a variable that an error is about, such as
// "emails[0].value", or the variable's name; empty if it is about none. The
// parser's path begins with "variable" then.
func variablePath(path ast.Path) string {
	if len(path) < 2 || path[0] != ast.PathName("variable") {
		return ""
	}
	if len(path) == 2 {
		return path[1:].String()
	}
	return path[2:].String()
}

// inputField returns the part of an error's path below the resolved field: gqlgen
// adds one only if an argument's value cannot be read. It leaves out "input.", the
// name of a mutation's only argument, as operations do in their errors.
func inputField(ctx context.Context, path ast.Path) (string, bool) {
	fc := graphql.GetFieldContext(ctx)
	if fc == nil {
		return "", false
	}
	own := fc.Path().String()
	below, ok := strings.CutPrefix(path.String(), own+".")
	return strings.TrimPrefix(below, "input."), ok && own != ""
}

// truncate shortens a message that may quote the request.
func truncate(message string) string {
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

// Errors keeps the first errors of an answer: a document of 1,000 tokens can
// have hundreds of errors, and nobody reads more than ten.
func Errors(most int) graphql.ResponseMiddleware {
	return func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		resp := next(ctx)
		if resp != nil && len(resp.Errors) > most {
			resp.Errors = resp.Errors[:most]
		}
		return resp
	}
}
