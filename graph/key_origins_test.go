package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

func TestKeyListsOrigins(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		if k := w.mustCreateKey(t, model.CreateKeyInput{}).Key; len(k.Origins) != 0 || k.TrustedDocumentsOnly {
			t.Errorf("by default: %+v", k)
		}
		k := w.mustCreateKey(t, model.CreateKeyInput{
			Origins: []string{"https://People.example.com:443/", "https://people.example.com", "http://localhost:5173"}, TrustedDocumentsOnly: true,
		}).Key
		want := []string{"https://people.example.com", "http://localhost:5173"}
		if !slices.Equal(k.Origins, want) || !k.TrustedDocumentsOnly {
			t.Errorf("made with %v, %v", k.Origins, k.TrustedDocumentsOnly)
		}
		p, err := w.UpdateKey(w.api, model.UpdateKeyInput{ID: k.ID, Name: graphql.OmittableOf(new("Renamed"))})
		if err != nil || !slices.Equal(p.Key.Origins, want) {
			t.Errorf("what is not named changes: %v, %v", p, err)
		}
		rotated, err := w.RotateKey(w.api, model.RotateKeyInput{ID: k.ID})
		if err != nil || !slices.Equal(rotated.Key.Origins, want) || !rotated.Key.TrustedDocumentsOnly {
			t.Errorf("the successor may do other things: %+v, %v", rotated, err)
		}
		p, err = w.UpdateKey(w.api, model.UpdateKeyInput{
			ID: rotated.Key.ID, Origins: graphql.OmittableOf[[]string](nil), TrustedDocumentsOnly: graphql.OmittableOf(new(false)),
		})
		if err != nil || len(p.Key.Origins) != 0 || p.Key.TrustedDocumentsOnly {
			t.Errorf("null: %v, %v", p, err)
		}
		if k, err := w.Query().Key(w.api, rotated.Key.ID); err != nil || len(k.Origins) != 0 || k.Version != 2 {
			t.Errorf("stored: %+v, %v", k, err)
		}
	})
}

func TestOriginsOfKeysAreChecked(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		many := make([]string, 21)
		for i := range many {
			many[i] = fmt.Sprintf("https://app%d.example.com", i)
		}
		for name, c := range map[string]struct {
			in    model.CreateKeyInput
			field string
		}{
			"everything":                 {model.CreateKeyInput{Origins: []string{"*"}}, "origins"},
			"no origin":                  {model.CreateKeyInput{Origins: []string{"null"}}, "origins"},
			"a page":                     {model.CreateKeyInput{Origins: []string{"https://people.example.com/app"}}, "origins"},
			"too long":                   {model.CreateKeyInput{Origins: []string{"https://" + strings.Repeat("a", 300)}}, "origins"},
			"too many":                   {model.CreateKeyInput{Origins: many}, "origins"},
			"of a directory key":         {model.CreateKeyInput{DirectoryID: &w.directory.ID, Origins: many[:1]}, "origins"},
			"documents of a SCIM client": {model.CreateKeyInput{DirectoryID: &w.directory.ID, TrustedDocumentsOnly: true}, "trustedDocumentsOnly"},
		} {
			c.in.Name = "Test"
			_, err := w.CreateKey(w.api, c.in)
			if e := dberror.Describe(err); err == nil || e.Field != c.field || e.Code != apierror.Invalid && e.Code != apierror.Limit {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
