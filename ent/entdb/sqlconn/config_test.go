package sqlconn

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSplitHosts(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"postgres://u:p@a/db":                              "postgres://u:p@a/db",
		"postgres://u:p%40@a:1,b:2/db?x=y":                 "postgres://u:p%40@/db?host=a%2Cb&port=1%2C2&x=y",
		"postgresql://a,[::1]:6/db?sslmode=verify-full":    "postgresql:///db?host=a%2C%3A%3A1&port=5432%2C6&sslmode=verify-full",
		"postgres://a,b?target_session_attrs=read-write#f": "postgres:///?host=a%2Cb&port=5432%2C5432&target_session_attrs=read-write#f",
	} {
		if got, err := splitHosts(in); err != nil || got != want {
			t.Errorf("splitHosts(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestBadURLsAreRefusedWithoutTheirPassword(t *testing.T) {
	t.Parallel()
	for _, u := range []string{
		"", "sqlite:", "sqlite::memory:", "mysql://u:s3cret@h/d", "postgres:d", "postgres://u:s3cret#x@h:y/d",
		"postgres://u:s3cret@h:port/d", "postgres://u:s3cret@a:1,b:2/d?host=c", "postgres://u:s3cret%zz@a,b/d",
		"postgres://u:s3cret@h/d?sslmode=sometimes", "postgres://u:s3cret@h/d?connect_timeout=soon",
	} {
		db, err := Open(t.Context(), Config{URL: u})
		if err == nil {
			db.Close()
			t.Errorf("%q was opened", u)
			continue
		}
		if strings.Contains(Detail(err), "s3cret") {
			t.Errorf("%q: the error repeats the password: %v", u, Detail(err))
		}
	}
}

func TestPostgresDefaults(t *testing.T) {
	t.Parallel()
	cfg := Config{URL: "postgres://u@h/d"}
	c, err := newPGConnector(cfg.withDefaults("postgres"), &counters{})
	if err != nil {
		t.Fatal(err)
	}
	s := c.settings
	if s.SSLMode != "prefer" || s.TargetSessionAttrs != "read-write" || s.ApplicationName != "feddir" {
		t.Errorf("sslmode %s, target_session_attrs %s, application_name %s", s.SSLMode, s.TargetSessionAttrs, s.ApplicationName)
	}
	for name, want := range map[string]string{"statement_timeout": "5000", "lock_timeout": "2000", "TimeZone": "UTC"} {
		if s.Runtime[name] != want {
			t.Errorf("%s = %q, want %s", name, s.Runtime[name], want)
		}
	}
	cfg.URL += "?sslmode=verify-full&target_session_attrs=any&statement_timeout=1"
	if c, err = newPGConnector(cfg.withDefaults("postgres"), &counters{}); err != nil {
		t.Fatal(err)
	}
	if s := c.settings; s.SSLMode != "verify-full" || s.TargetSessionAttrs != "any" || s.Runtime["statement_timeout"] != "1" {
		t.Errorf("the URL does not win: %s %s %v", s.SSLMode, s.TargetSessionAttrs, s.Runtime)
	}
}

func TestSQLiteFilesAreTheirOwnersAlone(t *testing.T) {
	t.Parallel()
	db := openFile(t, Config{})
	if err := insert(t.Context(), db, 1, "a"); err != nil {
		t.Fatal(err)
	}
	path := db.writer.file.path
	for name, want := range map[string]os.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
		} else if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
}
