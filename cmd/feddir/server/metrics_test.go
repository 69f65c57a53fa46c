package server_test

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/feddir/feddir/cmd/feddir/server"
)

// documented finds the metrics that a text names.
var documented = regexp.MustCompile("`(feddir_[a-z_]+)")

// What Prometheus reads of a server that has answered requests keeps to its
// conventions of types, names and units, and holds what the docs tell people to
// watch.
func TestMetricsKeepToTheConventions(t *testing.T) {
	t.Parallel()
	s, stop := serve(t, server.Config{
		OpsListen: "127.0.0.1:0", Database: patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db")),
	})
	defer stop()
	keys := makeKeys(t, s.Operations(), "harbor")
	get(t, s.URL()+"/v2/Users", keys.directory)
	get(t, s.URL()+"/graphql", "")
	found := make(map[string]bool)
	for _, problem := range lint(t, "http://"+s.OpsAddr()+"/metrics", found) {
		t.Errorf("%s: %s", problem.Metric, problem.Text)
	}
	docs, err := os.ReadFile("../../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range documented.FindAllStringSubmatch(string(docs), -1) {
		if !found[name[1]] {
			t.Errorf("docs/operations.md names %s, which is no metric", name[1])
		}
	}
}

// lint returns what promtool would find wrong, and puts the names it read into
// found.
func lint(t *testing.T, url string, found map[string]bool) []promlint.Problem {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range families {
		found[name] = true
		if counter := f.GetType().String() == "COUNTER"; counter != strings.HasSuffix(name, "_total") {
			t.Errorf("%s is a %s", name, f.GetType())
		}
	}
	problems, err := promlint.NewWithMetricFamilies(slices.Collect(maps.Values(families))).Lint()
	if err != nil {
		t.Fatal(err)
	}
	return problems
}
