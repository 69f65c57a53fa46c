package graph

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/generated/user"
)

// narrowing narrows and orders what a query reads.
type narrowing = func(*sql.Selector)

// rows is how the rows of a table are read for lists, under the viewer's rules.
type rows[T any] struct {
	table string
	id    func(T) uuid.UUID
	value func(T, string) (ent.Value, error) // of a column that was selected beside the row's own
	query func(context.Context, []narrowing) reader[T]
	saw   func(context.Context, []T) // announces what may be asked for of rows that were read together
}

// reader is a query of ent.
type reader[T any] struct {
	all     func(context.Context) ([]T, error)
	ids     func(context.Context) ([]uuid.UUID, error)
	count   func(context.Context) (int, error)
	grouped func(column string) scanner
}

type scanner interface {
	Scan(context.Context, any) error
}

// read returns the rows, and announces what may be asked for of them.
func (t rows[T]) read(ctx context.Context, where ...narrowing) ([]T, error) {
	found, err := t.query(ctx, where).all(ctx)
	if err == nil && askedIn(ctx).field != nil {
		t.saw(ctx, found)
	}
	return found, err
}

func (t rows[T]) count(ctx context.Context, where ...narrowing) (int64, error) {
	n, err := t.query(ctx, where).count(ctx)
	return int64(n), err
}

// countBy counts the rows by what a column holds, which is an id.
func (t rows[T]) countBy(ctx context.Context, column string, where ...narrowing) (map[uuid.UUID]int64, error) {
	var groups []struct {
		Owner uuid.UUID `json:"owner"`
		N     int64     `json:"n"`
	}
	if err := t.query(ctx, where).grouped(column).Scan(ctx, &groups); err != nil {
		return nil, err
	}
	counts := make(map[uuid.UUID]int64, len(groups))
	for _, g := range groups {
		counts[g.Owner] = g.N
	}
	return counts, nil
}

// entQuery is what the queries that ent generates have in common.
type entQuery[Q any, P ~func(*sql.Selector), T any, S scanner] interface {
	Where(...P) Q
	All(context.Context) ([]T, error)
	IDs(context.Context) ([]uuid.UUID, error)
	Count(context.Context) (int, error)
	Modify(...func(*sql.Selector)) S
}

// valued is what the rows that ent generates have in common.
type valued interface {
	Value(string) (ent.Value, error)
}

func rowsOf[Q entQuery[Q, P, T, S], P ~func(*sql.Selector), T valued, S scanner](table string, id func(T) uuid.UUID, query func(context.Context) Q, saw func(context.Context, []T)) rows[T] {
	return rows[T]{table: table, id: id, saw: saw, value: func(row T, column string) (ent.Value, error) { return row.Value(column) },
		query: func(ctx context.Context, where []narrowing) reader[T] {
			q := query(ctx)
			for _, w := range where {
				q = q.Where(P(w))
			}
			return reader[T]{q.All, q.IDs, q.Count, func(column string) scanner {
				return q.Modify(func(s *sql.Selector) {
					s.Select(sql.As(s.C(column), "owner"), sql.As(sql.Count("*"), "n")).GroupBy(s.C(column))
				})
			}}
		},
	}
}

func (r *Resolver) companies() rows[*ent.Company] {
	return rowsOf(company.Table, companyID, func(ctx context.Context) *ent.CompanyQuery { return r.client(ctx).Company.Query() }, r.sawCompanies)
}

func (r *Resolver) directories() rows[*ent.Directory] {
	return rowsOf(directory.Table, directoryID, func(ctx context.Context) *ent.DirectoryQuery { return r.client(ctx).Directory.Query() }, r.sawDirectories)
}

func (r *Resolver) users() rows[*ent.User] {
	return rowsOf(user.Table, userID, func(ctx context.Context) *ent.UserQuery { return r.client(ctx).User.Query() }, r.sawUsers)
}

func (r *Resolver) groups() rows[*ent.Group] {
	return rowsOf(group.Table, groupID, func(ctx context.Context) *ent.GroupQuery { return r.client(ctx).Group.Query() }, r.sawGroups)
}

func (r *Resolver) memberships() rows[*ent.Membership] {
	return rowsOf(membership.Table, membershipID, func(ctx context.Context) *ent.MembershipQuery { return r.client(ctx).Membership.Query() }, r.sawMemberships)
}

func (r *Resolver) keys() rows[*ent.Key] {
	return rowsOf(key.Table, keyID, func(ctx context.Context) *ent.KeyQuery { return r.client(ctx).Key.Query() }, r.sawKeys)
}

func (r *Resolver) oauthClients() rows[*ent.OAuthClient] {
	return rowsOf(oauthclient.Table, oauthClientID, func(ctx context.Context) *ent.OAuthClientQuery { return r.client(ctx).OAuthClient.Query() }, r.sawOAuthClients)
}

func (r *Resolver) requestRecords() rows[*ent.RequestRecord] {
	return rowsOf(requestrecord.Table, recordID, func(ctx context.Context) *ent.RequestRecordQuery { return r.client(ctx).RequestRecord.Query() }, r.sawRecords)
}

func (r *Resolver) changeRows() rows[*ent.Change] {
	return rowsOf(change.Table, changeID, func(ctx context.Context) *ent.ChangeQuery { return r.client(ctx).Change.Query() }, r.sawChanges)
}

func companyID(c *ent.Company) uuid.UUID         { return c.ID }
func directoryID(d *ent.Directory) uuid.UUID     { return d.ID }
func userID(u *ent.User) uuid.UUID               { return u.ID }
func groupID(g *ent.Group) uuid.UUID             { return g.ID }
func membershipID(m *ent.Membership) uuid.UUID   { return m.ID }
func keyID(k *ent.Key) uuid.UUID                 { return k.ID }
func oauthClientID(c *ent.OAuthClient) uuid.UUID { return c.ID }
func recordID(rec *ent.RequestRecord) uuid.UUID  { return rec.ID }
func changeID(c *ent.Change) uuid.UUID           { return c.ID }
