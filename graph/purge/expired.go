package purge

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/accesstoken"
	"github.com/feddir/feddir/ent/generated/idempotencyrecord"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/generated/signinlink"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// keepAssertions is how long an access token is kept, after it has expired, that
// was got with a JWT that the client signed: its jti keeps that JWT from being
// used again, which is good for as long as the shortest token, and the leeway of
// clocks.
const keepAssertions = 10 * time.Minute

// expiring are the tables whose rows end by themselves, each with an index of
// expires_at: the answers of mutations that could be sent again, access
// tokens, sessions and sign-in links.
var expiring = []struct {
	table   string
	expired func(now time.Time) *sql.Predicate
}{
	{idempotencyrecord.Table, func(now time.Time) *sql.Predicate { return sql.LT(idempotencyrecord.FieldExpiresAt, now) }},
	{accesstoken.Table, func(now time.Time) *sql.Predicate {
		return sql.And(sql.LT(accesstoken.FieldExpiresAt, now), sql.Or(
			sql.IsNull(accesstoken.FieldAssertion),
			sql.LT(accesstoken.FieldExpiresAt, now.Add(-keepAssertions)),
		))
	}},
	{session.Table, func(now time.Time) *sql.Predicate { return sql.LT(session.FieldExpiresAt, now) }},
	{signinlink.Table, func(now time.Time) *sql.Predicate { return sql.LT(signinlink.FieldExpiresAt, now) }},
}

// Expired deletes what has expired, and returns how many rows that was.
func (p *Purger) Expired(ctx context.Context) (int, error) {
	ctx = viewer.WithSystem(ctx, viewer.Retention)
	var t tally
	for _, e := range expiring {
		t.repeat(ctx, p.db, func(ctx context.Context) (int, error) {
			return p.deleteExpired(ctx, e.table, e.expired(schematype.Now()))
		})
	}
	return t.result()
}

// deleteExpired deletes a batch of the rows that expired first: they are found
// along the index and not among all that have expired. What another transaction
// deletes meanwhile is left to it.
func (p *Purger) deleteExpired(ctx context.Context, table string, expired *sql.Predicate) (int, error) {
	d := sql.Dialect(p.db.Dialect())
	q := d.Select("company_id", "id").From(d.Table(table)).Where(expired).OrderBy("expires_at").Limit(batch)
	entdb.Lock(sql.LockUpdate, sql.WithLockAction(sql.SkipLocked))(q)
	oldest, args := q.Query()
	res, err := p.db.Client(ctx).ExecContext(ctx, "DELETE FROM "+table+" WHERE (company_id, id) IN (WITH oldest AS ("+oldest+") SELECT company_id, id FROM oldest)", args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}
