package tx_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

func TestIdempotent(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		key := func(company uuid.UUID) context.Context {
			return viewer.NewContext(t.Context(), viewer.Viewer{
				Kind: viewer.APIKey, Source: viewer.SourceAPI, CompanyID: company, KeyID: uuid.New(), Scopes: viewer.Scopes,
			})
		}
		ctx, runs := key(w.company), 0
		run := func(ctx context.Context, input string, fails error) (int, error) {
			n, err := tx.Idempotent(ctx, w.Runner, "count", input, func(context.Context) (*int, error) {
				runs++
				return &runs, fails
			})
			if err != nil {
				return 0, err
			}
			return *n, nil
		}
		sent := tx.WithIdempotencyKey(ctx, "4711")
		if _, err := run(sent, "a", errors.New("refused")); err == nil {
			t.Error("a mutation that failed is answered")
		}
		for range 2 { // the one that failed has left nothing
			if n, err := run(sent, "a", nil); n != 2 || err != nil {
				t.Errorf("sent again: %d, %v", n, err)
			}
		}
		if _, err := run(sent, "b", nil); dberror.CodeOf(err) != apierror.Conflict {
			t.Errorf("another input: %v", err)
		}
		for name, other := range map[string]context.Context{
			"no key": ctx, "another key": tx.WithIdempotencyKey(ctx, "4712"), "another viewer": tx.WithIdempotencyKey(key(w.company), "4711"),
		} {
			before := runs
			if n, err := run(other, "a", nil); n != before+1 || err != nil {
				t.Errorf("%s: %d, %v", name, n, err)
			}
		}
	})
}
