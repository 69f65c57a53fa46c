package tx

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/99designs/gqlgen/graphql"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/idempotencyrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/internal/apierror"
)

// idempotencyKept is how long an answer is remembered.
const idempotencyKept = 24 * time.Hour

type idempotencyKeyKey struct{}

// WithIdempotencyKey returns a context in which a mutation that is sent again
// with the same key has no second effect and answers as it did.
func WithIdempotencyKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, idempotencyKeyKey{}, key)
}

var errOtherInput = &apierror.Error{Code: apierror.Conflict, Field: "Idempotency-Key", Message: "this idempotency key was used with another operation or input"}

// Idempotent runs the mutation f in a transaction. With an idempotency key its
// answer is stored in the same transaction, and found there the next time.
func Idempotent[T any](ctx context.Context, r *Runner, operation string, input any, f func(ctx context.Context) (*T, error)) (*T, error) {
	defer load.Reset(ctx)
	key := idempotencyKey(ctx)
	if key == "" {
		return Do(ctx, r, f)
	}
	print, err := fingerprint(operation, input)
	if err != nil {
		return nil, err
	}
	payload, err := Do(ctx, r, func(ctx context.Context) (*T, error) {
		if stored, err := replay[T](ctx, r, key, print); stored != nil || err != nil {
			return stored, err
		}
		payload, err := f(ctx)
		if err != nil {
			return nil, err
		}
		return payload, r.remember(ctx, key, print, payload)
	})
	if dberror.CodeOf(err) != apierror.Conflict {
		return payload, err
	}
	// Lost against the same mutation sent at the same time: what it answered counts.
	if stored, again := replay[T](ctx, r, key, print); stored != nil || again != nil {
		return stored, again
	}
	return payload, err
}

// idempotencyKey returns the key that a mutation is sent with. Where a document
// has several, each has a key of its own, or the second would be taken for the
// first sent again with another input.
func idempotencyKey(ctx context.Context) string {
	key, _ := ctx.Value(idempotencyKeyKey{}).(string)
	if field := graphql.GetFieldContext(ctx); key != "" && field != nil && several(ctx) {
		sum := sha256.Sum256([]byte(key + "\n" + field.Field.Alias))
		return hex.EncodeToString(sum[:])
	}
	return key
}

// several reports whether the operation of ctx has more than one field at its root.
func several(ctx context.Context) bool {
	op := graphql.GetOperationContext(ctx)
	return len(graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Mutation"})) > 1
}

func fingerprint(operation string, input any) ([]byte, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte(operation+"\n"), text...))
	return sum[:], nil
}

// replay returns what was answered before, nil when nothing was.
func replay[T any](ctx context.Context, r *Runner, key string, print []byte) (*T, error) {
	v, _ := viewer.FromContext(ctx)
	record, err := r.Client(ctx).IdempotencyRecord.Query().
		Where(idempotencyrecord.CompanyID(v.CompanyID), idempotencyrecord.KeyID(v.CallerID()), idempotencyrecord.IdempotencyKey(key)).
		Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if string(record.Fingerprint) != string(print) {
		return nil, errOtherInput
	}
	payload := new(T)
	return payload, json.Unmarshal(record.Payload, payload)
}

func (r *Runner) remember(ctx context.Context, key string, print []byte, payload any) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	v, _ := viewer.FromContext(ctx)
	return r.Client(ctx).IdempotencyRecord.Create().
		SetID(schematype.NewID(schematype.TypeOther)).
		SetCompanyID(v.CompanyID).SetKeyID(v.CallerID()).
		SetIdempotencyKey(key).SetFingerprint(print).SetPayload(text).
		SetExpiresAt(schematype.Now().Add(idempotencyKept)).
		Exec(ctx)
}
