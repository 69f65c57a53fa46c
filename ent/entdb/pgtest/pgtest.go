package pgtest

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/lib/pq" // the driver of the administrative connection
)

var (
	shared = sync.OnceValues(func() (*Cluster, error) { return start(nil) })
	names  atomic.Int64

	templatesMu sync.Mutex
	templates   = map[string]func() (string, error){}
)

// URL returns the address of a fresh, empty database. It stays until the process
// ends: dropping one takes longer than making one.
func URL(t testing.TB) string {
	t.Helper()
	return cluster(t).database(t, "template0")
}

// TemplateURL returns the address of a fresh copy of a template database. The
// template is made once for each key in the process: prepare gets the address of
// an empty database to fill, and must close its connections.
func TemplateURL(t testing.TB, key string, prepare func(url string) error) string {
	t.Helper()
	c := cluster(t)
	templatesMu.Lock()
	template, ok := templates[key]
	if !ok {
		template = sync.OnceValues(func() (string, error) {
			name, err := c.create("template0")
			if err != nil {
				return "", err
			}
			return name, prepare(c.url(name))
		})
		templates[key] = template
	}
	templatesMu.Unlock()
	name, err := template()
	if err != nil {
		t.Fatalf("preparing the template %s: %v", key, err)
	}
	return c.database(t, name)
}

// deadlockLines is how much the server says of a deadlock at most: which
// processes wait for which, and their statements.
const deadlockLines = 20

// Deadlocks returns what the server said of the deadlocks in a database of
// [URL] or [TemplateURL].
func Deadlocks(t testing.TB, databaseURL string) string {
	t.Helper()
	u, err := url.Parse(databaseURL)
	check(t, err)
	log, err := os.ReadFile(filepath.Join(cluster(t).folder, "log"))
	check(t, err)
	begins := strings.TrimPrefix(u.Path, "/") + " ERROR:  deadlock detected"
	lines, said := strings.Split(string(log), "\n"), ""
	for i, line := range lines {
		if line == begins {
			said += strings.Join(lines[i:min(i+deadlockLines, len(lines))], "\n") + "\n"
		}
	}
	return said
}

// Start starts a cluster of its own with more settings ("name=value"), for tests
// of the settings themselves. It is stopped when t ends.
func Start(t testing.TB, settings ...string) *Cluster {
	t.Helper()
	c, err := start(settings)
	check(t, err)
	t.Cleanup(c.Stop)
	return c
}

// URL returns the address of a fresh, empty database in the cluster.
func (c *Cluster) URL(t testing.TB) string {
	t.Helper()
	return c.database(t, "template0")
}

func cluster(t testing.TB) *Cluster {
	t.Helper()
	c, err := shared()
	check(t, err)
	return c
}

// check skips or fails a test that got no cluster.
func check(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case err == errNoServer && os.Getenv("CI") != "true" && os.Getenv("FEDDIR_TEST_PG") != "require":
		t.Skip("no PostgreSQL server binaries: install the server or set FEDDIR_TEST_PG_BIN to their folder")
	default:
		t.Fatal(err)
	}
}

func (c *Cluster) database(t testing.TB, template string) string {
	t.Helper()
	name, err := c.create(template)
	if err != nil {
		t.Fatal(err)
	}
	return c.url(name)
}

func (c *Cluster) create(template string) (string, error) {
	name := fmt.Sprintf("test_%d", names.Add(1))
	return name, c.admin("CREATE DATABASE " + name + " TEMPLATE " + template)
}

// url uses TCP, so that a test can put a proxy in between, and is patient with a
// machine that is busy.
func (c *Cluster) url(name string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable&connect_timeout=60", superuser, c.port, name)
}

// admin runs one statement, one at a time: copies of one template exclude each other.
func (c *Cluster) admin(statement string) error {
	c.adminMu.Lock()
	defer c.adminMu.Unlock()
	db, err := sql.Open("postgres", c.url("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}
