package auth

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
)

// grant is what a credential allows: the viewer it stands for, and until when.
type grant struct {
	viewer    viewer.Viewer // without its source
	expires   time.Time     // zero for never
	revoked   bool
	temporary bool      // see IssueTemporary; it is in no database
	token     bool      // an access token; the viewer's key is its OAuth client
	used      time.Time // when a session was last seen to be used
}

func (g *grant) valid(now time.Time) bool {
	return g != nil && !g.revoked && (g.expires.IsZero() || now.Before(g.expires))
}

// find returns the grant of a digest, or nil if there is none. It queries the
// database if the cache has no outcome, once for all simultaneous requests.
func (a *Authenticator) find(ctx context.Context, kind key.Kind, d digest) (*grant, error) {
	if g, ok := a.temporary.Load(d); ok && kind == key.KindDIRECTORY {
		return g.(*grant), nil
	}
	now := a.cfg.Now()
	e, generation := a.cache.get(d, now)
	if e != nil {
		return e.grant, nil
	}
	flight := string(d[:]) + strconv.FormatUint(generation, 10)
	loaded := a.loads.DoChan(flight, func() (any, error) {
		g, err := a.load(ctx, kind, d)
		if err == nil {
			a.cache.put(d, &entry{g, now}, generation)
		}
		return g, err
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-loaded:
		g, _ := result.Val.(*grant)
		return g, result.Err
	}
}

const (
	directoryID    = "directory"
	directoryState = "directory_state"
)

// load reads the key or access token of a digest in one statement. Several
// requests may wait for it, so it goes on when the request of ctx ends.
func (a *Authenticator) load(ctx context.Context, kind key.Kind, d digest) (*grant, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTimeout)
	defer cancel()
	ctx = viewer.WithSystem(ctx, viewer.KeyLookup)
	switch kind {
	case AccessToken:
		return a.loadToken(ctx, d)
	case Session:
		return a.loadSession(ctx, d)
	}
	return a.loadKey(ctx, kind, d)
}

// loadKey reads a key and the state of its directory or, for an API key, the
// directories of its company that are being deleted.
func (a *Authenticator) loadKey(ctx context.Context, kind key.Kind, d digest) (*grant, error) {
	query := a.db.Client(ctx).Key.Query().Where(key.Digest(d[:]), key.KindEQ(kind), NotDeleted)
	query.Modify(func(s *sql.Selector) {
		dir := sql.Table(directory.Table)
		s.LeftJoin(dir).OnP(sql.And(
			sql.ColumnsEQ(s.C(key.FieldCompanyID), dir.C(directory.FieldCompanyID)),
			sql.Or(
				sql.ColumnsEQ(s.C(key.FieldDirectoryID), dir.C(directory.FieldID)),
				sql.And(sql.IsNull(s.C(key.FieldDirectoryID)), sql.EQ(dir.C(directory.FieldState), string(directory.StateDELETING))),
			),
		))
		selectText(s, dir.C(directory.FieldID), directoryID)
		selectText(s, dir.C(directory.FieldState), directoryState)
	})
	rows, err := query.All(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	if rows[0].Kind == key.KindAPI {
		return newAPIGrant(rows)
	}
	return newGrant(rows[0])
}

// selectText selects a column of a joined row as text. The text is empty if
// there is no such row.
func selectText(s *sql.Selector, column, as string) {
	s.AppendSelectExprAs(sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("COALESCE(CAST(").Ident(column).WriteString(" AS text), '')")
	}), as)
}

// newAPIGrant returns the grant of an API key, from one row for each directory
// that is being deleted.
func newAPIGrant(rows []*ent.Key) (*grant, error) {
	k := rows[0]
	g := grantOf(k, viewer.Viewer{
		Kind: viewer.APIKey, CompanyID: k.CompanyID, KeyID: k.ID, Scopes: k.Scopes,
		Origins: k.Origins, TrustedDocumentsOnly: k.TrustedDocumentsOnly,
	})
	for _, row := range rows {
		value, err := row.Value(directoryID)
		if err != nil {
			return nil, err
		}
		var deleting uuid.UUID
		if err := deleting.Scan(value); err != nil {
			return nil, err
		}
		if deleting != uuid.Nil {
			g.viewer.DeletedDirectories = append(g.viewer.DeletedDirectories, deleting)
		}
	}
	return g, nil
}

// newGrant returns the grant of a directory key.
func newGrant(k *ent.Key) (*grant, error) {
	if k.DirectoryID == nil {
		return nil, fmt.Errorf("directory key %s has no directory", k.ID)
	}
	state, err := k.Value(directoryState)
	if err != nil {
		return nil, err
	}
	return grantOf(k, directoryViewer(k.CompanyID, *k.DirectoryID, k.ID, state)), nil
}

func grantOf(k *ent.Key, v viewer.Viewer) *grant {
	g := &grant{viewer: v, revoked: k.RevokedAt != nil}
	if k.ExpiresAt != nil {
		g.expires = *k.ExpiresAt
	}
	return g
}

func directoryViewer(companyID, directoryID, keyID uuid.UUID, state ent.Value) viewer.Viewer {
	return viewer.Viewer{
		Kind: viewer.DirectoryKey, CompanyID: companyID, DirectoryID: directoryID, KeyID: keyID,
		ReadOnly: state != string(directory.StateACTIVE),
	}
}
