package entdb

import (
	"bytes"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
)

func TestReplicasThatStartTogetherShareASecret(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, url string) {
		if _, err := open(t, url).Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		secrets := make([][]byte, 6)
		var all sync.WaitGroup
		for i := range secrets {
			db := open(t, url)
			all.Go(func() {
				var err error
				if secrets[i], err = db.Secret(t.Context(), "test"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, s := range secrets {
			if len(s) != 32 || !bytes.Equal(s, secrets[0]) {
				t.Errorf("replicas have the secrets %x", secrets)
			}
		}
		if other, err := open(t, url).Secret(t.Context(), "other"); err != nil || bytes.Equal(other, secrets[0]) {
			t.Errorf("a secret of another name is %x, %v", other, err)
		}
	})
}

func TestNoViewerReadsTheSecrets(t *testing.T) {
	t.Parallel()
	db := open(t, "sqlite:"+filepath.Join(t.TempDir(), "feddir.db"))
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx := viewer.NewContext(t.Context(), viewer.Viewer{Kind: viewer.APIKey, CompanyID: uuid.New(), Scopes: viewer.Scopes})
	for _, query := range []string{
		"SELECT secret FROM installation_secrets",
		"SELECT name FROM companies WHERE id = (SELECT secret FROM installation_secrets)",
	} {
		if rows, err := db.Client(ctx).QueryContext(ctx, query); err == nil {
			rows.Close()
			t.Errorf("a viewer may run %s", query)
		}
	}
}
