package graph_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// What was made or changed with a key leads to the key, for who may read keys.
func TestAuthorsAreTold(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		first, err := w.CreateKey(viewer.WithOperator(t.Context()), model.CreateKeyInput{CompanyID: &w.company.ID, Name: "first"})
		if err != nil {
			t.Fatal(err)
		}
		v, _ := viewer.FromContext(w.api)
		v.KeyID = first.Key.ID
		second, err := w.CreateKey(viewer.NewContext(t.Context(), v), model.CreateKeyInput{Name: "second"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Feed().Sequence(viewer.WithOperator(t.Context())); err != nil {
			t.Fatal(err)
		}
		type author struct {
			Kind  string
			KeyID *uuid.UUID
			Key   *struct{ Name string }
		}
		var keys struct {
			First, Second struct{ CreatedBy author }
		}
		w.query(t, w.api, `{ first: key(id: "`+first.Key.ID.String()+`") { createdBy { kind keyId key { name } } }
			second: key(id: "`+second.Key.ID.String()+`") { createdBy { kind keyId key { name } } } }`, &keys)
		if by := keys.First.CreatedBy; by.Kind != "OPERATOR" || by.KeyID != nil || by.Key != nil {
			t.Errorf("the first is by %+v", by)
		}
		if by := keys.Second.CreatedBy; by.Kind != "API_KEY" || *by.KeyID != first.Key.ID || by.Key == nil || by.Key.Name != "first" {
			t.Errorf("the second is by %+v", by)
		}
		if _, err := w.CreateDirectory(viewer.NewContext(t.Context(), v), model.CreateDirectoryInput{Name: "new"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Feed().Sequence(viewer.WithOperator(t.Context())); err != nil {
			t.Fatal(err)
		}
		for ctx, want := range map[string]string{"all": "first", "reading": ""} {
			asks := w.api
			if ctx == "reading" {
				asks = w.withScopes(t, viewer.ScopeRead)
			}
			var feed struct {
				Company struct {
					Changes struct {
						Edges []struct {
							Node struct {
								Key       *struct{ Name string }
								Directory *struct{ Name string }
							}
						}
					}
				}
			}
			w.query(t, asks, `{ company { changes(where: {resourceType: [DIRECTORY]}) { edges { node { key { name } directory { name } } } } } }`, &feed)
			last := feed.Company.Changes.Edges[len(feed.Company.Changes.Edges)-1].Node
			name := ""
			if last.Key != nil {
				name = last.Key.Name
			}
			if name != want || last.Directory == nil || last.Directory.Name != "new" {
				t.Errorf("%s: %q, %+v", ctx, name, last.Directory)
			}
		}
	})
}
