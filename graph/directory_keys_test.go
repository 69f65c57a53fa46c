package graph_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// openDirectory makes so many keys and clients of a directory, below the
// operations, and returns the id of the last of each.
func (w *world) openDirectory(t *testing.T, d *ent.Directory, n int) (keyID, clientID uuid.UUID) {
	t.Helper()
	inTx(t, w.db, func(ctx context.Context) (any, error) {
		c := w.db.Client(ctx)
		keys, clients := make([]*ent.KeyCreate, n), make([]*ent.OAuthClientCreate, n)
		for i := range n {
			keyID, clientID = schematype.NewID(schematype.TypeKey), schematype.NewID(schematype.TypeOAuthClient)
			keys[i] = c.Key.Create().SetID(keyID).SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).SetKind(key.KindDIRECTORY).SetName("key").
				SetDigest(fmt.Appendf(nil, "%032d", i)).SetPrefix("fdk_").SetExpiresAt(schematype.Now().Add(time.Hour))
			clients[i] = c.OAuthClient.Create().SetID(clientID).SetCompanyID(d.CompanyID).SetDirectoryID(d.ID).SetName("client")
		}
		if err := c.Key.CreateBulk(keys...).Exec(ctx); err != nil {
			return nil, err
		}
		return nil, c.OAuthClient.CreateBulk(clients...).Exec(ctx)
	})
	return keyID, clientID
}

// Keys and clients of a deleted directory are gone with it, though of very many
// some are deleted later.
func TestKeysOfDeletedDirectoriesAreGoneAtOnce(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, r := newWorld(t, db, "harbor"), graph.New(db, graph.Config{})
		if _, err := w.CreateKey(w.api, model.CreateKeyInput{Name: "api", Scopes: []viewer.Scope{viewer.ScopeRead}}); err != nil {
			t.Fatal(err)
		}
		large := w.newDirectory(t, "Large")
		keyID, clientID := w.openDirectory(t, large, 1_500)
		if _, err := w.DeleteDirectory(w.api, model.DeleteDirectoryInput{ID: large.ID}); err != nil {
			t.Fatal(err)
		}
		if n := rowsOf(t, db, large.ID); n < 500 {
			t.Fatalf("%d rows are left for later", n)
		}
		v, _ := viewer.FromContext(w.api)
		v.DeletedDirectories = []uuid.UUID{large.ID} // as authentication says of every later request
		api := viewer.NewContext(t.Context(), v)
		list, err := r.Query().Keys(api, nil, nil, nil, nil, nil, nil)
		if err != nil || len(list.Edges) != 1 || list.Edges[0].Node.Name != "api" {
			t.Errorf("keys: %d, %v", len(list.Edges), err)
		}
		if n, err := list.TotalCount(api); n != 1 || err != nil {
			t.Errorf("%d keys in all, %v", n, err)
		}
		for _, id := range []uuid.UUID{keyID, clientID} {
			if n, err := r.Query().Node(api, id); n != nil || err != nil {
				t.Errorf("node: %v, %v", n, err)
			}
		}
		if expiring, err := r.ExpiringKeys(viewer.WithOperator(t.Context())); err != nil || len(expiring) != 0 {
			t.Errorf("%d expire, %v", len(expiring), err)
		}
	})
}
