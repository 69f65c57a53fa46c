package purge_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/purge"
)

const many = 2500 // more than go at once

// deletions counts the statements that delete from each table, and fails those
// from one of them.
type deletions struct {
	mu     sync.Mutex
	of     map[string]int
	failed string
}

var deletion = regexp.MustCompile("^DELETE FROM [`\"]?(\\w+)")

func (d *deletions) guard(_ context.Context, query string, _ []any) error {
	match := deletion.FindStringSubmatch(query)
	if match == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.of[match[1]]++
	if match[1] == d.failed {
		return errors.New("refused by the test")
	}
	return nil
}

func onEachDatabase(t *testing.T, test func(t *testing.T, db *entdb.DB, d *deletions)) {
	dbtest.Each(t, func(t *testing.T, url string) {
		d := &deletions{of: make(map[string]int)}
		cfg := dbtest.Patient(url)
		cfg.Guard = d.guard
		db, err := entdb.OpenCurrent(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		test(t, db, d)
	})
}

// expire stores idempotency records and access tokens: many that have expired,
// and one of each that has not.
func expire(t *testing.T, db *entdb.DB) {
	t.Helper()
	o := newOwned(t, db)
	times := append(slices.Repeat([]time.Time{schematype.Now().Add(-time.Minute)}, many), schematype.Now().Add(time.Hour))
	for batch := range slices.Chunk(times, 500) {
		write(t, db, func(ctx context.Context, c *ent.Client) error {
			records, tokens := make([]*ent.IdempotencyRecordCreate, len(batch)), make([]*ent.AccessTokenCreate, len(batch))
			for i, at := range batch {
				id := uuid.New()
				records[i] = c.IdempotencyRecord.Create().SetCompanyID(o.company).SetKeyID(id).SetIdempotencyKey(id.String()).
					SetFingerprint(id[:]).SetPayload([]byte("{}")).SetExpiresAt(at)
				tokens[i] = c.AccessToken.Create().SetCompanyID(o.company).SetDirectoryID(o.directory).SetClientID(o.client).
					SetDigest(append(id[:], id[:]...)).SetExpiresAt(at)
			}
			if err := c.IdempotencyRecord.CreateBulk(records...).Exec(ctx); err != nil {
				return err
			}
			return c.AccessToken.CreateBulk(tokens...).Exec(ctx)
		})
	}
}

func left(t *testing.T, db *entdb.DB) (records, tokens int) {
	t.Helper()
	ctx := viewer.WithOperator(t.Context())
	return db.Client(ctx).IdempotencyRecord.Query().CountX(ctx), db.Client(ctx).AccessToken.Query().CountX(ctx)
}

// However much has expired, no statement deletes more than a part of it.
func TestExpiredGoesInBatches(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB, d *deletions) {
		expire(t, db)
		n, err := purge.New(db).Expired(t.Context())
		if records, tokens := left(t, db); n != 2*many || err != nil || records != 1 || tokens != 1 {
			t.Errorf("deleted %d, %v; left %d and %d", n, err, records, tokens)
		}
		for _, table := range []string{"idempotency_records", "access_tokens"} {
			if n := d.of[table]; n < 3 {
				t.Errorf("%s: all in %d statements", table, n)
			}
		}
	})
}

// What cannot be deleted does not keep the rest.
func TestExpiredGoesBesideWhatFails(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB, d *deletions) {
		expire(t, db)
		d.failed = "idempotency_records"
		n, err := purge.New(db).Expired(t.Context())
		if records, tokens := left(t, db); n != many || err == nil || records != many+1 || tokens != 1 {
			t.Errorf("deleted %d, %v; left %d and %d", n, err, records, tokens)
		}
	})
}
