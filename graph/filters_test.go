package graph_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

func TestKeysAreFiltered(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		api, ofDirectory, revoked := w.mustCreateKey(t, model.CreateKeyInput{}).Key.ID, w.mustCreateKey(t, model.CreateKeyInput{DirectoryID: &w.directory.ID}).Key.ID, w.mustCreateKey(t, model.CreateKeyInput{}).Key.ID
		if _, err := w.RevokeKey(w.api, model.RevokeKeyInput{ID: revoked}); err != nil {
			t.Fatal(err)
		}
		expired := w.mustCreateKey(t, model.CreateKeyInput{}).Key.ID
		inTx(t, db, func(ctx context.Context) (int, error) {
			return db.Client(ctx).Key.Update().Where(key.ID(expired)).SetExpiresAt(time.Now().Add(-time.Hour)).Save(ctx)
		})
		kind, yes, no, nobody := key.KindDIRECTORY, true, false, uuid.New()
		for name, c := range map[string]struct {
			in   model.KeyWhereInput
			want []uuid.UUID
		}{
			"all":             {model.KeyWhereInput{}, []uuid.UUID{api, ofDirectory, revoked, expired}},
			"of a kind":       {model.KeyWhereInput{Kind: &kind}, []uuid.UUID{ofDirectory}},
			"of a directory":  {model.KeyWhereInput{DirectoryID: &w.directory.ID}, []uuid.UUID{ofDirectory}},
			"of no directory": {model.KeyWhereInput{DirectoryID: &nobody}, nil},
			"that work":       {model.KeyWhereInput{Working: &yes}, []uuid.UUID{api, ofDirectory}},
			"that do not":     {model.KeyWhereInput{Working: &no}, []uuid.UUID{revoked, expired}},
		} {
			page, err := w.Query().Keys(w.api, nil, nil, nil, nil, nil, &c.in)
			if err != nil {
				t.Fatal(err)
			}
			var got []uuid.UUID
			for _, e := range page.Edges {
				got = append(got, e.Node.ID)
			}
			if total, err := page.TotalCount(w.api); !reflect.DeepEqual(got, c.want) || err != nil || total != int64(len(c.want)) {
				t.Errorf("%s: %v of %d, want %v", name, got, total, c.want)
			}
		}
	})
}

func TestDirectoriesAreFiltered(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "abroad")
		paused := w.newDirectory(t, "Paused")
		inTx(t, db, func(ctx context.Context) (*ent.Directory, error) {
			return db.Client(ctx).Directory.UpdateOneID(paused.ID).SetState(directory.StatePAUSED).Save(ctx)
		})
		state := directory.StatePAUSED
		for name, c := range map[string]struct {
			in   *model.DirectoryWhereInput
			want []uuid.UUID
		}{
			"all":        {nil, []uuid.UUID{w.directory.ID, paused.ID}},
			"in a state": {&model.DirectoryWhereInput{State: &state}, []uuid.UUID{paused.ID}},
			"by id":      {&model.DirectoryWhereInput{IDIn: []uuid.UUID{other.directory.ID, w.directory.ID}}, []uuid.UUID{w.directory.ID}},
			"by no id":   {&model.DirectoryWhereInput{IDIn: []uuid.UUID{}}, nil},
		} {
			page, err := w.Query().Directories(w.api, nil, nil, nil, nil, nil, c.in)
			if err != nil {
				t.Fatal(err)
			}
			var got []uuid.UUID
			for _, e := range page.Edges {
				got = append(got, e.Node.ID)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	})
}

// What ends a key can be held to the version that was seen.
func TestEndingsTakeAVersion(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		k := w.mustCreateKey(t, model.CreateKeyInput{}).Key
		stale, current := int(k.Version)+1, int(k.Version)
		_, err := w.RotateKey(w.api, model.RotateKeyInput{ID: k.ID, Version: &stale})
		wantCode(t, "rotating another version", err, apierror.StaleVersion)
		_, err = w.RevokeKey(w.api, model.RevokeKeyInput{ID: k.ID, Version: &stale})
		wantCode(t, "revoking another version", err, apierror.StaleVersion)
		if _, err := w.RevokeKey(w.api, model.RevokeKeyInput{ID: k.ID, Version: &current}); err != nil {
			t.Errorf("revoking this version: %v", err)
		}
		made, err := w.CreateOAuthClient(w.api, model.CreateOAuthClientInput{DirectoryID: w.directory.ID, Name: "entra", TokenLifetimeSeconds: 3600, WithSecret: true})
		if err != nil {
			t.Fatal(err)
		}
		stale = int(made.Client.Version) + 1
		_, err = w.RevokeOAuthClient(w.api, model.RevokeOAuthClientInput{ID: made.Client.ID, Version: &stale})
		wantCode(t, "revoking another version of a client", err, apierror.StaleVersion)
	})
}

func TestViewerKnowsItsKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		k := w.mustCreateKey(t, model.CreateKeyInput{Name: "phonebook"}).Key
		v := viewer.Viewer{Kind: viewer.APIKey, CompanyID: w.company.ID, KeyID: k.ID, Scopes: viewer.Scopes, Source: viewer.SourceAPI}
		var answer struct {
			Viewer struct {
				KeyID uuid.UUID
				Key   struct{ Name string }
			}
		}
		w.query(t, viewer.NewContext(t.Context(), v), "{ viewer { keyId key { name } } }", &answer)
		if answer.Viewer.KeyID != k.ID || answer.Viewer.Key.Name != k.Name {
			t.Errorf("%+v", answer)
		}
	})
}

// Every limit is told, and each is one.
func TestLimitsAreTold(t *testing.T) {
	t.Parallel()
	info, err := graph.New(nil, graph.Config{}).Query().ServerInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := reflect.ValueOf(*info.Limits)
	for i := range told.NumField() {
		if told.Field(i).Int() < 1 {
			t.Errorf("%s is %d", told.Type().Field(i).Name, told.Field(i).Int())
		}
	}
}
