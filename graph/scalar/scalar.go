package scalar

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/limits"
)

var errNotAString = &limits.ScalarError{Must: "must be a string"}

// MarshalID writes an id.
func MarshalID(id uuid.UUID) graphql.Marshaler { return graphql.MarshalString(id.String()) }

// UnmarshalID reads an id. A malformed one is simply the id of nothing, so
// that it answers exactly like one that does not exist.
func UnmarshalID(v any) (uuid.UUID, error) {
	s, ok := v.(string)
	if !ok {
		return uuid.Nil, nil
	}
	return schematype.ParseAnyID(s), nil
}

// MarshalCursor writes a cursor.
func MarshalCursor(s string) graphql.Marshaler { return graphql.MarshalString(s) }

// UnmarshalCursor reads a cursor; what is in it is checked where it is used.
func UnmarshalCursor(v any) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", errNotAString
	}
	return s, nil
}

const timeLayout = "2006-01-02T15:04:05.000Z"

// MarshalTime writes t in UTC with milliseconds.
func MarshalTime(t time.Time) graphql.Marshaler {
	return graphql.MarshalString(t.UTC().Format(timeLayout))
}

// UnmarshalTime reads RFC 3339.
func UnmarshalTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if !ok {
		return time.Time{}, errNotAString
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}, &limits.ScalarError{Must: "must be a time as RFC 3339 has it, such as 2026-11-22T09:30:00Z"}
	}
	return t.UTC().Truncate(time.Millisecond), nil
}

// MarshalExtensions writes the attributes of extensions as they were given.
func MarshalExtensions(e schematype.Extensions) graphql.Marshaler {
	if len(e) == 0 {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) { _ = json.NewEncoder(w).Encode(e) })
}

// UnmarshalExtensions reads an object of extensions by their URN.
func UnmarshalExtensions(v any) (schematype.Extensions, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, &limits.ScalarError{Must: "must be JSON"}
	}
	var e schematype.Extensions
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, &limits.ScalarError{Must: "must be an object of schema URNs"}
	}
	return e, nil
}

// MarshalScope writes a scope.
func MarshalScope(s viewer.Scope) graphql.Marshaler {
	return graphql.MarshalString(strings.ToUpper(string(s)))
}

// UnmarshalScope reads a scope.
func UnmarshalScope(v any) (viewer.Scope, error) {
	s, err := graphql.UnmarshalString(v)
	return viewer.Scope(strings.ToLower(s)), err
}

// MarshalRaw writes JSON as it is stored.
func MarshalRaw(text json.RawMessage) graphql.Marshaler {
	if len(text) == 0 {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) { _, _ = w.Write(text) })
}

// UnmarshalRaw reads any JSON value.
func UnmarshalRaw(v any) (json.RawMessage, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, &limits.ScalarError{Must: "must be JSON"}
	}
	return text, nil
}
