package scimadapter_test

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/scimadapter"
)

// A filter that no index serves and that takes longer than a statement may is
// ended in the database, and the client is told what to do.
func TestSlowFilter(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: waits for a statement to take too long")
	}
	t.Parallel()
	for name, database := range map[string]string{
		"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "feddir.db"), "postgres": pgtest.URL(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDirectory(t, opened(t, patient(database)))
			roles := strings.Repeat(`{"value":"`+strings.Repeat("r", 100)+`%d"},`, 199) + `{"value":"x"}`
			var numbers []any
			for i := range 199 {
				numbers = append(numbers, i)
			}
			for i := range 100 {
				d.made(t, "/v2/Users", fmt.Sprintf(`{"userName":"u%d","roles":[`+roles+`]}`, append([]any{i}, numbers...)...))
			}
			hasty := openedHastily(t, database)
			d.handler = scimadapter.New(graph.New(hasty, graph.Config{BaseURL: baseURL}).Operations(), scimadapter.Config{BaseURL: baseURL})
			slow := strings.TrimSuffix(strings.Repeat(`roles.value ew "nobody" or `, 64), " or ")
			for _, query := range []string{"filter=" + escaped(slow), "filter=" + escaped(slow) + "&sortBy=roles&cursor=", "count=0&filter=" + escaped(slow)} {
				best := time.Hour
				for attempts := 5; attempts > 0 && best > 3*time.Second; attempts-- { // the machine may be busy
					start := time.Now()
					w := d.send(d.ctx, "GET", "/v2/Users?"+query, "")
					if r := refused(t, w); w.Code != 400 || r.ScimType != "tooMany" || r.Detail == "" {
						t.Errorf("%.40s: %d %s", query, w.Code, w.Body)
					}
					best = min(best, time.Since(start))
				}
				if best > 3*time.Second {
					t.Errorf("it took %v", best)
				}
			}
			quick := "/v2/Users?filter=" + escaped(`userName eq "u7"`)
			w := d.send(d.ctx, "GET", quick, "")
			for attempts := 5; w.Code != 200 && attempts > 0; attempts-- {
				w = d.send(d.ctx, "GET", quick, "")
			}
			if w.Code != 200 {
				t.Errorf("afterwards: %d %s", w.Code, w.Body)
			}
		})
	}
}

func escaped(text string) string { return url.QueryEscape(text) }

// openedHastily opens a database whose statements may take 50 ms, those that
// opening it takes too.
func openedHastily(t *testing.T, url string) *entdb.DB {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		db, err := entdb.OpenCurrent(context.Background(), sqlconn.Config{URL: url, StatementTimeout: 50 * time.Millisecond})
		if err == nil {
			t.Cleanup(func() { db.Close() })
			return db
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func opened(t *testing.T, cfg sqlconn.Config) *entdb.DB {
	t.Helper()
	db, err := entdb.OpenCurrent(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
