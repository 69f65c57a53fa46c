package graph_test

import (
	"slices"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// E-143: the operator is told of keys that end soon, unless they are replaced
// or revoked already.
func TestExpiringKeys(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		made := map[string]*model.CreateKeyPayload{}
		for name, days := range map[string]int{"next": 3, "later": 13, "far": 15, "replaced": 5, "revoked": 5} {
			end := time.Now().Add(time.Duration(days) * 24 * time.Hour)
			k, err := w.CreateKey(w.api, model.CreateKeyInput{DirectoryID: &w.directory.ID, Name: name, ExpiresAt: &end})
			if err != nil {
				t.Fatal(err)
			}
			made[name] = k
		}
		if _, err := w.RotateKey(w.api, model.RotateKeyInput{ID: made["replaced"].Key.ID, OverlapSeconds: 3600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.RevokeKey(w.api, model.RevokeKeyInput{ID: made["revoked"].Key.ID}); err != nil {
			t.Fatal(err)
		}
		var got []string
		keys, err := graph.New(db, graph.Config{}).ExpiringKeys(t.Context())
		for _, k := range keys {
			got = append(got, k.Name)
		}
		if err != nil || !slices.Equal(got, []string{"next", "later"}) {
			t.Errorf("%v, %v", got, err)
		}
	})
}
