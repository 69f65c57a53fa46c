package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

// withScopes returns the context of an API key of w's company with these scopes.
func (w *world) withScopes(t testing.TB, scopes ...viewer.Scope) context.Context {
	return viewer.NewContext(t.Context(), viewer.Viewer{
		Kind: viewer.APIKey, CompanyID: w.company.ID, KeyID: schematype.NewID(schematype.TypeKey),
		Scopes: scopes, Source: viewer.SourceAPI,
	})
}

func (w *world) mustCreateKey(t testing.TB, in model.CreateKeyInput) *model.CreateKeyPayload {
	t.Helper()
	in.Name = "Test"
	p, err := w.CreateKey(w.api, in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func wantCode(t testing.TB, what string, err error, code apierror.Code) {
	t.Helper()
	if err == nil || dberror.CodeOf(err) != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestCreateDirectoryKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		p := w.mustCreateKey(t, model.CreateKeyInput{DirectoryID: &w.directory.ID})
		if p.Key.Kind != key.KindDIRECTORY || *p.Key.DirectoryID != w.directory.ID || len(p.Key.Scopes) != 0 {
			t.Errorf("key %+v", p.Key)
		}
		if want := "http://directory.test/directories/" + w.directory.ID.String(); p.Key.Issuer != want {
			t.Errorf("issuer %s, want %s", p.Key.Issuer, want)
		}
		secret, kind, err := auth.Parse(*p.AccessToken)
		if err != nil || kind != key.KindDIRECTORY || p.Key.Prefix != secret.Prefix() || !bytes.Equal(p.Key.Digest, secret.Digest(nil)) {
			t.Errorf("the secret is not that of the key: %v", err)
		}
	})
}

func TestCreateAPIKeyChecksItsInput(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "other")
		if p := w.mustCreateKey(t, model.CreateKeyInput{}); !slices.Equal(p.Key.Scopes, []viewer.Scope{viewer.ScopeRead}) || p.Key.Issuer != "" {
			t.Errorf("without scopes: %+v", p.Key)
		}
		past := time.Now().Add(-time.Second)
		for name, c := range map[string]struct {
			in   model.CreateKeyInput
			code apierror.Code
		}{
			"no name":              {model.CreateKeyInput{}, apierror.Invalid},
			"long name":            {model.CreateKeyInput{Name: strings.Repeat("ü", 101)}, apierror.Invalid},
			"NUL":                  {model.CreateKeyInput{Name: "a\x00"}, apierror.Invalid},
			"past end":             {model.CreateKeyInput{Name: "a", ExpiresAt: &past}, apierror.Invalid},
			"empty scopes":         {model.CreateKeyInput{Name: "a", Scopes: []viewer.Scope{}}, apierror.Invalid},
			"unknown scope":        {model.CreateKeyInput{Name: "a", Scopes: []viewer.Scope{"any"}}, apierror.Invalid},
			"scopes for directory": {model.CreateKeyInput{Name: "a", Scopes: viewer.Scopes, DirectoryID: &w.directory.ID}, apierror.Invalid},
			"foreign company":      {model.CreateKeyInput{Name: "a", CompanyID: &other.company.ID}, apierror.NotFound},
			"foreign directory":    {model.CreateKeyInput{Name: "a", DirectoryID: &other.directory.ID}, apierror.NotFound},
			"malformed directory":  {model.CreateKeyInput{Name: "a", DirectoryID: &uuid.Nil}, apierror.NotFound},
		} {
			_, err := w.CreateKey(w.api, c.in)
			wantCode(t, name, err, c.code)
		}
		if _, err := w.CreateKey(w.api, model.CreateKeyInput{Name: strings.Repeat("ü", 100)}); err != nil {
			t.Errorf("a name of 100 characters: %v", err)
		}
		_, err := w.CreateKey(viewer.WithOperator(t.Context()), model.CreateKeyInput{Name: "a"})
		wantCode(t, "operator without a company", err, apierror.Invalid)
		_, err = w.CreateKey(viewer.WithOperator(t.Context()), model.CreateKeyInput{Name: "a", CompanyID: &other.company.ID, DirectoryID: &w.directory.ID})
		wantCode(t, "directory of another company than named", err, apierror.NotFound)
	})
}

// Nobody makes a key that may do more than the one it is made with.
func TestKeysHandOnNoMoreThanTheyHave(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		strong := w.mustCreateKey(t, model.CreateKeyInput{Scopes: viewer.Scopes})
		weak := w.withScopes(t, viewer.ScopeRead, viewer.ScopeKeys)
		for name, c := range map[string]struct {
			ctx context.Context
			in  model.CreateKeyInput
		}{
			"more scopes":               {weak, model.CreateKeyInput{Name: "a", Scopes: []viewer.Scope{viewer.ScopeWrite}}},
			"directory key":             {weak, model.CreateKeyInput{Name: "a", DirectoryID: &w.directory.ID}},
			"without the scope of keys": {w.withScopes(t, viewer.ScopeRead, viewer.ScopeWrite), model.CreateKeyInput{Name: "a"}},
			"with a directory key":      {w.scim, model.CreateKeyInput{Name: "a"}},
		} {
			_, err := w.CreateKey(c.ctx, c.in)
			wantCode(t, name, err, apierror.Forbidden)
		}
		_, err := w.RotateKey(weak, model.RotateKeyInput{ID: strong.Key.ID})
		wantCode(t, "rotating a stronger key", err, apierror.Forbidden)
		if _, err := w.CreateKey(weak, model.CreateKeyInput{Name: "a", Scopes: []viewer.Scope{viewer.ScopeKeys, viewer.ScopeRead, viewer.ScopeRead}}); err != nil {
			t.Errorf("handing on what it has: %v", err)
		}
	})
}

func TestRotateKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		old := w.mustCreateKey(t, model.CreateKeyInput{DirectoryID: &w.directory.ID})
		p, err := w.RotateKey(w.api, model.RotateKeyInput{ID: old.Key.ID, OverlapSeconds: 3600})
		if err != nil {
			t.Fatal(err)
		}
		if p.AccessToken == nil || *p.AccessToken == *old.AccessToken || *p.Key.DirectoryID != w.directory.ID || p.Key.Name != "Test" {
			t.Errorf("successor %+v", p.Key)
		}
		if *p.Predecessor.SuccessorID != p.Key.ID || p.Predecessor.Version != 2 {
			t.Errorf("predecessor %+v", p.Predecessor)
		}
		if left := time.Until(*p.Predecessor.ExpiresAt); left < 59*time.Minute || left > time.Hour {
			t.Errorf("the overlap is %v", left)
		}
		for name, c := range map[string]struct {
			in   model.RotateKeyInput
			code apierror.Code
		}{
			"again":     {model.RotateKeyInput{ID: old.Key.ID}, apierror.Conflict},
			"too long":  {model.RotateKeyInput{ID: p.Key.ID, OverlapSeconds: 604801}, apierror.Invalid},
			"negative":  {model.RotateKeyInput{ID: p.Key.ID, OverlapSeconds: -1}, apierror.Invalid},
			"past end":  {model.RotateKeyInput{ID: p.Key.ID, ExpiresAt: &time.Time{}}, apierror.Invalid},
			"malformed": {model.RotateKeyInput{}, apierror.NotFound},
		} {
			_, err := w.RotateKey(w.api, c.in)
			wantCode(t, name, err, c.code)
		}
		_, err = w.UpdateKey(w.api, model.UpdateKeyInput{ID: old.Key.ID, ExpiresAt: graphql.OmittableOf[*time.Time](nil)})
		wantCode(t, "prolonging a replaced key", err, apierror.Conflict)
	})
}

func TestRotationNeverProlongsAKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		end := schematype.Now().Add(time.Minute)
		old := w.mustCreateKey(t, model.CreateKeyInput{ExpiresAt: &end})
		p, err := w.RotateKey(w.api, model.RotateKeyInput{ID: old.Key.ID, OverlapSeconds: 3600})
		if err != nil {
			t.Fatal(err)
		}
		if !p.Predecessor.ExpiresAt.Equal(end) || p.Key.ExpiresAt != nil {
			t.Errorf("predecessor ends %v, successor %v", p.Predecessor.ExpiresAt, p.Key.ExpiresAt)
		}
	})
}

func TestRevokeKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "other")
		var told []uuid.UUID
		w.Operations = graph.New(db, graph.Config{OnKeyChange: func(id uuid.UUID) { told = append(told, id) }}).Operations()
		k := w.mustCreateKey(t, model.CreateKeyInput{}).Key
		_, err := other.RevokeKey(other.api, model.RevokeKeyInput{ID: k.ID})
		wantCode(t, "a foreign key", err, apierror.NotFound)
		for range 2 {
			p, err := w.RevokeKey(w.api, model.RevokeKeyInput{ID: k.ID})
			if err != nil || p.Key.RevokedAt == nil || p.Key.Version != 2 {
				t.Errorf("revoking: %+v, %v", p, err)
			}
		}
		if !slices.Equal(told, []uuid.UUID{k.ID}) {
			t.Errorf("told of %v, want %v once", told, k.ID)
		}
		if n := len(changesOf(t, db, k.ID)); n != 2 {
			t.Errorf("%d changes, want one for making and one for revoking", n)
		}
		_, err = w.RotateKey(w.api, model.RotateKeyInput{ID: k.ID})
		wantCode(t, "rotating a revoked key", err, apierror.Conflict)
	})
}

func TestUpdateKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		k := w.mustCreateKey(t, model.CreateKeyInput{}).Key
		end := schematype.Now().Add(time.Hour)
		in := model.UpdateKeyInput{ID: k.ID, Version: new(1), Name: graphql.OmittableOf(new("New")), ExpiresAt: graphql.OmittableOf(&end)}
		p, err := w.UpdateKey(w.api, in)
		if err != nil || p.Key.Name != "New" || !p.Key.ExpiresAt.Equal(end) || p.Key.Version != 2 {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = w.UpdateKey(w.api, in)
		wantCode(t, "an old version", err, apierror.StaleVersion)
		in.Version = nil
		if p, err := w.UpdateKey(w.api, in); err != nil || p.Key.Version != 2 {
			t.Errorf("nothing changed: %+v, %v", p, err)
		}
		in.ExpiresAt = graphql.OmittableOf(&time.Time{})
		_, err = w.UpdateKey(w.api, in)
		wantCode(t, "an end in the past", err, apierror.Invalid)
		in.ExpiresAt = graphql.OmittableOf[*time.Time](nil)
		if p, err := w.UpdateKey(w.api, in); err != nil || p.Key.ExpiresAt != nil {
			t.Errorf("no end: %+v, %v", p, err)
		}
		changes := changesOf(t, db, k.ID)
		if len(changes) != 3 || string(changes[1].Before["name"]) != `"Test"` || string(changes[1].After["name"]) != `"New"` || changes[1].After["description"] != nil {
			t.Errorf("changes %v", changes)
		}
	})
}

// A mutation that is sent again answers alike, but hands out no second secret
// and keeps none: neither there nor in the history.
func TestSecretsAreKeptNowhere(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		var tokens []string
		ctx := tx.WithIdempotencyKey(w.api, "create")
		first, err := w.CreateKey(ctx, model.CreateKeyInput{Name: "Test"})
		again, err2 := w.CreateKey(ctx, model.CreateKeyInput{Name: "Test"})
		if err != nil || err2 != nil || again.Key.ID != first.Key.ID || again.AccessToken != nil || first.AccessToken == nil {
			t.Fatalf("created %+v and again %+v: %v, %v", first, again, err, err2)
		}
		ctx = tx.WithIdempotencyKey(w.api, "rotate")
		rotated, err := w.RotateKey(ctx, model.RotateKeyInput{ID: first.Key.ID})
		rotatedAgain, err2 := w.RotateKey(ctx, model.RotateKeyInput{ID: first.Key.ID})
		if err != nil || err2 != nil || rotatedAgain.Key.ID != rotated.Key.ID || rotatedAgain.AccessToken != nil {
			t.Fatalf("rotated %+v and again %+v: %v, %v", rotated, rotatedAgain, err, err2)
		}
		tokens = append(tokens, *first.AccessToken, *rotated.AccessToken)
		stored := inTx(t, db, func(ctx context.Context) (string, error) {
			changes, err := db.Client(ctx).Change.Query().All(ctx)
			records, err2 := db.Client(ctx).IdempotencyRecord.Query().All(ctx)
			keys, err3 := db.Client(ctx).Key.Query().All(ctx)
			if err != nil || err2 != nil || err3 != nil {
				t.Fatal(err, err2, err3)
			}
			text, err := json.Marshal([]any{changes, keys})
			for _, r := range records {
				text = append(text, r.Payload...)
			}
			return string(text), err
		})
		for _, token := range tokens {
			if strings.Contains(stored, token[8:]) {
				t.Error("a secret was stored")
			}
		}
	})
}

// The same mutation sent many times at once makes one key, whose secret is in
// one of the answers.
func TestOneSecretForOneIdempotencyKey(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		ctx := tx.WithIdempotencyKey(w.api, "create")
		answers := make(chan *model.CreateKeyPayload, 8)
		for range cap(answers) {
			go func() {
				p, err := w.CreateKey(ctx, model.CreateKeyInput{Name: "Test"})
				if err != nil {
					t.Error(err)
				}
				answers <- p
			}()
		}
		ids, tokens := map[uuid.UUID]bool{}, 0
		for range cap(answers) {
			p := <-answers
			if p == nil {
				continue
			}
			ids[p.Key.ID] = true
			if p.AccessToken != nil {
				tokens++
			}
		}
		if len(ids) != 1 || tokens != 1 {
			t.Errorf("%d keys and %d secrets", len(ids), tokens)
		}
	})
}

func TestKeysAreListed(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "other")
		r := graph.New(db, graph.Config{})
		other.mustCreateKey(t, model.CreateKeyInput{})
		var ids []uuid.UUID
		for i := range 3 {
			in := model.CreateKeyInput{}
			if i == 1 {
				in.DirectoryID = &w.directory.ID
			}
			ids = append(ids, w.mustCreateKey(t, in).Key.ID)
		}
		page, err := r.Query().Keys(w.api, nil, new(2), nil, nil, nil, nil)
		if err != nil || len(page.Edges) != 2 || page.Edges[0].Node.ID != ids[0] || !page.PageInfo.HasNextPage {
			t.Fatalf("first page: %+v, %v", page, err)
		}
		if n, err := page.TotalCount(w.api); n != 3 || err != nil {
			t.Errorf("total %d, %v", n, err)
		}
		page, err = r.Query().Keys(w.api, page.PageInfo.EndCursor, nil, nil, nil, nil, nil)
		if err != nil || len(page.Edges) != 1 || page.Edges[0].Node.ID != ids[2] || page.PageInfo.HasNextPage {
			t.Errorf("second page: %+v, %v", page, err)
		}
		page, err = r.Directory().Keys(w.api, w.directory, nil, nil, nil, nil, nil, nil)
		if err != nil || len(page.Edges) != 1 || page.Edges[0].Node.ID != ids[1] {
			t.Errorf("of the directory: %+v, %v", page, err)
		}
		_, err = r.Query().Keys(w.withScopes(t, viewer.ScopeRead), nil, nil, nil, nil, nil, nil)
		wantCode(t, "without the scope", err, apierror.Forbidden)
		_, err = r.Query().Keys(w.api, nil, new(101), nil, nil, nil, nil)
		wantCode(t, "a page too large", err, apierror.Limit)
		if k, err := r.Query().Key(other.api, ids[0]); k != nil || err != nil {
			t.Errorf("a foreign key: %v, %v", k, err)
		}
	})
}

// changesOf returns what is recorded of a resource, oldest first.
func changesOf(t testing.TB, db *entdb.DB, id uuid.UUID) []*ent.Change {
	t.Helper()
	return inTx(t, db, func(ctx context.Context) ([]*ent.Change, error) {
		return db.Client(ctx).Change.Query().Where(change.ResourceID(id)).Order(ent.Asc(change.FieldID)).All(ctx)
	})
}
