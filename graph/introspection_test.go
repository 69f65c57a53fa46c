package graph_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
)

// docs/schema.json is what the introspection query of clients gets, for tools
// that do not read the schema language.
func TestPublishedIntrospectionIsCurrent(t *testing.T) {
	t.Parallel()
	const path = "../docs/schema.json"
	body, err := json.Marshal(map[string]string{"query": introspection.Query})
	if err != nil {
		t.Fatal(err)
	}
	ctx := viewer.NewContext(t.Context(), viewer.Viewer{Kind: viewer.APIKey, CompanyID: uuid.New(), KeyID: uuid.New(), Scopes: viewer.Scopes})
	r := httptest.NewRequestWithContext(ctx, "POST", "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	graph.New(nil, graph.Config{}).Handler().ServeHTTP(rec, r)
	var answer struct{ Data json.RawMessage }
	if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil || rec.Code != 200 || answer.Data == nil {
		t.Fatalf("%d %.500s", rec.Code, rec.Body)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, answer.Data, "", " "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("docs/schema.json is stale: go test ./graph -run Published -update")
	}
}
