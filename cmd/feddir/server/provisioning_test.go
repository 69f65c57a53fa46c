package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/cmd/feddir/simulate"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// serve serves a database until the returned function is called, which
// returns when all is written.
func serve(t *testing.T, cfg server.Config) (*server.Server, func()) {
	t.Helper()
	cfg.Listen, cfg.Log = "127.0.0.1:0", zerolog.Nop()
	s, err := server.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s, run(t, s)
}

// run answers requests until the returned function is called.
func run(t *testing.T, s *server.Server) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("stopping: %v", err)
		}
	}
}

// keys are the secrets of a company with a directory.
type keys struct {
	directoryID, directory, api string
	id                          uuid.UUID // of the directory's key
}

func makeKeys(t *testing.T, ops *graph.Operations, shortName string) keys {
	t.Helper()
	ctx, d := viewer.WithOperator(t.Context()), makeDirectory(t, ops, shortName)
	key, err := ops.CreateKey(ctx, model.CreateKeyInput{DirectoryID: &d.ID, Name: "entra"})
	if err != nil {
		t.Fatal(err)
	}
	api, err := ops.CreateKey(ctx, model.CreateKeyInput{CompanyID: &d.CompanyID, Name: "app", Scopes: viewer.Scopes})
	if err != nil {
		t.Fatal(err)
	}
	return keys{d.ID.String(), *key.AccessToken, *api.AccessToken, key.Key.ID}
}

// makeDirectory makes a company with a directory.
func makeDirectory(t *testing.T, ops *graph.Operations, shortName string) *ent.Directory {
	t.Helper()
	ctx := viewer.WithOperator(t.Context())
	company, err := ops.CreateCompany(ctx, model.CreateCompanyInput{ShortName: shortName, Name: shortName})
	if err != nil {
		t.Fatal(err)
	}
	d, err := ops.CreateDirectory(ctx, model.CreateDirectoryInput{CompanyID: &company.Company.ID, Name: "People"})
	if err != nil {
		t.Fatal(err)
	}
	return d.Directory
}

// ask sends a GraphQL request and reads its data into v.
func ask(t *testing.T, url, token, query string, variables map[string]any, v any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	answer := struct {
		Data   any
		Errors []any
	}{Data: v}
	if err := json.Unmarshal(text, &answer); err != nil || len(answer.Errors) > 0 {
		t.Fatalf("%v: %.2000s", err, text)
	}
}

const recordsQuery = `query($id: ID!, $after: Cursor) { directory(id: $id) {
  requestRecords(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { action outcome status targetId targetLabel changedAttributes requestId address agent route } }
  }
  health { status errorRate24h currentCycle { requests } lastCycle { requests created updated unchanged deleted failed } }
} }`

type recorded struct {
	Action, Outcome, TargetID, TargetLabel, RequestID, Address, Agent, Route string
	Status                                                                   int
	ChangedAttributes                                                        []string
}

type cycle struct{ Requests, Created, Updated, Unchanged, Deleted, Failed int }

type recordsAnswer struct {
	Directory *struct {
		RequestRecords struct {
			PageInfo struct {
				HasNextPage bool
				EndCursor   string
			}
			Edges []struct{ Node recorded }
		}
		Health struct {
			Status                  string
			ErrorRate24h            float64
			CurrentCycle, LastCycle *cycle
		}
	}
}

// allRecords reads all records of a directory, page by page.
func allRecords(t *testing.T, url string, k keys) (all []recorded, last recordsAnswer) {
	t.Helper()
	variables := map[string]any{"id": k.directoryID}
	for {
		last = recordsAnswer{}
		ask(t, url, k.api, recordsQuery, variables, &last)
		if last.Directory == nil {
			t.Fatal("there is no directory")
		}
		page := last.Directory.RequestRecords
		for _, e := range page.Edges {
			all = append(all, e.Node)
		}
		if !page.PageInfo.HasNextPage {
			return all, last
		}
		variables["after"] = page.PageInfo.EndCursor
	}
}

// What a provisioning job did can be read back, request by request.
func TestRecordsOfAProvisioningJobAddUp(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "feddir.db") },
		"postgres": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := server.Config{Database: patient(url(t))}
			s, stop := serve(t, cfg)
			harbor, quay := makeKeys(t, s.Operations(), "harbor"), makeKeys(t, s.Operations(), "quay")
			statuses, deleted := simulated(t, s.URL(), harbor.directory)
			stop() // writes what waits

			s, stop = serve(t, cfg)
			defer stop()
			all, last := allRecords(t, s.URL(), harbor)
			seen := make(map[string]int)
			created := 0
			for _, r := range all {
				if !strings.Contains(r.RequestID, ".") { // and is no operation of a bulk request
					seen[strconv.Itoa(r.Status)]++
				}
				if r.Action == "CREATE" && r.Outcome == "SUCCESS" {
					created++
				}
				if r.RequestID == "" || r.Address != "127.0.0.1" || r.Agent == "" || r.Route == "" || r.Action == "OTHER" && r.Route != "/v2/Bulk" {
					t.Errorf("a record lacks something: %+v", r)
				}
				if r.Action == "DISABLE" && (len(r.ChangedAttributes) == 0 || r.TargetID == "" || r.TargetLabel == "") {
					t.Errorf("a record does not say whom it disabled: %+v", r)
				}
			}
			delete(statuses, "401") // of keys that nobody knows: they belong to no directory
			for status, n := range statuses {
				if seen[status] != n {
					t.Errorf("%d records of status %s, the job saw %d", seen[status], status, n)
				}
			}
			if created == 0 || deleted == 0 {
				t.Errorf("%d created, %d deleted", created, deleted)
			}
			health := last.Directory.Health
			if health.Status != "HEALTHY" && health.Status != "DEGRADED" || health.CurrentCycle == nil {
				t.Errorf("health %+v", health)
			}
			if others, _ := allRecords(t, s.URL(), quay); len(others) != 0 {
				t.Errorf("another company has %d records of it", len(others))
			}
			var foreign recordsAnswer
			ask(t, s.URL(), quay.api, recordsQuery, map[string]any{"id": harbor.directoryID}, &foreign)
			if foreign.Directory != nil {
				t.Error("another company reads the directory")
			}
		})
	}
}

// simulated plays a job and returns how often it saw each status, and how many
// of its requests deleted something.
func simulated(t *testing.T, url, token string) (statuses map[string]int, deleted int) {
	t.Helper()
	var out, errs bytes.Buffer
	none := func(string) string { return "" }
	err := simulate.Command(t.Context(), []string{"--url", url + "/v2", "--token", token,
		"--people", "20", "--groups", "3", "--cycles", "3", "--cleanup", "--probe-errors", "--json", "--quiet"}, none, &out, &errs)
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out.String(), errs.String())
	}
	var summary struct {
		Kinds []struct {
			Kind     string
			Count    int
			Statuses map[string]int
		}
	}
	if err := json.Unmarshal(out.Bytes(), &summary); err != nil {
		t.Fatal(err)
	}
	for _, k := range summary.Kinds {
		if strings.Contains(k.Kind, "delete") {
			deleted += k.Count
		}
		if k.Kind == "all" {
			statuses = k.Statuses
		}
	}
	return statuses, deleted
}

// A key that sends far too much is refused, and the record says so.
func TestThrottledRequestsAreRecorded(t *testing.T) {
	t.Parallel()
	cfg := server.Config{Database: patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db")), Rate: 25, Burst: 1}
	s, stop := serve(t, cfg)
	harbor := makeKeys(t, s.Operations(), "harbor")
	const atOnce = 300
	sent, refused := 0, 0
	results := make(chan *http.Response, atOnce)
	for refused == 0 && sent < 5*atOnce { // a machine that is very slow sends too few
		for range atOnce {
			go func() { results <- get(t, s.URL()+"/v2/Schemas", harbor.directory) }()
		}
		for range atOnce {
			if resp := <-results; resp.StatusCode == http.StatusTooManyRequests {
				refused++
				if resp.Header.Get("Retry-After") == "" {
					t.Error("429 without Retry-After")
				}
			}
		}
		sent += atOnce
	}
	untilRecorded(t, s, sent) // a server that stops writes only what it can soon
	stop()
	s, stop = serve(t, cfg)
	defer stop()
	all, _ := allRecords(t, s.URL(), harbor)
	throttled := 0
	for _, r := range all {
		if r.Outcome == "THROTTLED" {
			throttled++
		}
	}
	if refused == 0 || throttled != refused || len(all) != sent {
		t.Errorf("%d refused, %d recorded as throttled, %d records", refused, throttled, len(all))
	}
}

// That a key was revoked is found where one looks for why nothing happens.
func TestRequestsOfARevokedKeyAreRecorded(t *testing.T) {
	t.Parallel()
	cfg := server.Config{Database: patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db"))}
	s, stop := serve(t, cfg)
	harbor := makeKeys(t, s.Operations(), "harbor")
	get(t, s.URL()+"/v2/Users", harbor.directory)
	if _, err := s.Operations().RevokeKey(viewer.WithOperator(t.Context()), model.RevokeKeyInput{ID: harbor.id}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // once from the database, once from memory
		if resp := get(t, s.URL()+"/v2/Users", harbor.directory); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("status %d", resp.StatusCode)
		}
	}
	get(t, s.URL()+"/v2/Users", strings.ToUpper(harbor.directory)) // nobody's
	untilRecorded(t, s, 3)
	stop()
	s, stop = serve(t, cfg)
	defer stop()
	all, last := allRecords(t, s.URL(), harbor)
	slices.SortFunc(all, func(a, b recorded) int { return a.Status - b.Status }) // they may be of one millisecond
	if len(all) != 3 || all[0].Status != 200 || all[1].Status != 401 || all[2].Status != 401 {
		t.Errorf("%+v", all)
	}
	if status := last.Directory.Health.Status; status != "FAILING" {
		t.Errorf("health %s", status)
	}
}
