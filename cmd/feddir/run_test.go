package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/cmd/feddir/command"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/internal/auth"
)

// shell runs commands on one database.
type shell struct{ env map[string]string }

// onEach runs f on every database, empty and without its tables.
func onEach(t *testing.T, f func(t *testing.T, sh *shell)) {
	t.Parallel()
	for name, url := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "new", "feddir.db") },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, &shell{map[string]string{"FEDDIR_DATABASE": url(t), "FEDDIR_BASE_URL": "https://directory.test/"}})
		})
	}
}

// try runs a command and returns what it prints.
func (sh *shell) try(args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	err := run(context.Background(), args, func(name string) string { return sh.env[name] }, &stdout, &stderr)
	return stdout.String(), err
}

func (sh *shell) must(t testing.TB, args ...string) string {
	t.Helper()
	out, err := sh.try(args...)
	if err != nil {
		t.Fatalf("feddir %s: %v", strings.Join(args, " "), err)
	}
	return out
}

func (sh *shell) refused(t testing.TB, args ...string) {
	t.Helper()
	if out, err := sh.try(args...); err == nil || out != "" {
		t.Errorf("feddir %s: printed %q, %v", strings.Join(args, " "), out, err)
	}
}

func decode[T any](t testing.TB, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

var setupAll = []string{"setup", "--company", "Harbor", "--directory", "People", "--key", "Entra", "--api-key", "Console", "--json"}

func TestSetupMakesWhatIsMissing(t *testing.T) {
	onEach(t, func(t *testing.T, sh *shell) {
		sh.must(t, "setup", "--company", "harbor", "--company-name", "Harbor Ltd")
		first := decode[setupResult](t, sh.must(t, setupAll...))
		if _, kind, err := auth.Parse(first.Key.AccessToken); kind != key.KindDIRECTORY || err != nil {
			t.Errorf("key: %v", err)
		}
		if _, kind, err := auth.Parse(first.APIKey.AccessToken); kind != key.KindAPI || err != nil {
			t.Errorf("API key: %v", err)
		}
		if first.Directory.SCIMURL != "https://directory.test/v2" || first.Key.Issuer != "https://directory.test/directories/"+first.Directory.ID.String() {
			t.Errorf("%+v, %+v", first.Directory, first.Key)
		}
		if _, kind, err := auth.Parse(first.Key.ClientSecret); kind != key.KindCLIENT || err != nil || first.APIKey.ClientID != "" {
			t.Errorf("client secret: %v", err)
		}
		second := decode[setupResult](t, sh.must(t, setupAll...))
		first.Key.AccessToken, first.Key.ClientSecret, first.APIKey.AccessToken = "", "", ""
		if *first.Key != *second.Key || *first.APIKey != *second.APIKey || *first.Directory != *second.Directory || first.Company != second.Company {
			t.Errorf("the second time %+v, want %+v", second, first)
		}
		if text := sh.must(t, setupAll[:len(setupAll)-1]...); !strings.Contains(text, "key rotate") || strings.Contains(text, "fdk_") || strings.Contains(text, "fds_") || !strings.Contains(text, "https://directory.test/v2/Login/Oauth2/Token") {
			t.Errorf("text: %s", text)
		}
	})
}

func TestKeysAreMadeListedRotatedAndRevoked(t *testing.T) {
	onEach(t, func(t *testing.T, sh *shell) {
		sh.refused(t, "key", "list") // there is no company yet
		made := decode[setupResult](t, sh.must(t, setupAll...))
		created := decode[madeKey](t, sh.must(t, "key", "create", "--directory", "People", "--name", "Okta", "--expires-in", "24h", "--json"))
		if created.ExpiresAt == nil || created.AccessToken == "" {
			t.Errorf("created %+v", created)
		}
		rotated := decode[madeKey](t, sh.must(t, "key", "rotate", "--directory", "People", "--key", "Okta", "--json"))
		if rotated.Name != "Okta" || rotated.ID == created.ID || rotated.AccessToken == created.AccessToken {
			t.Errorf("rotated %+v", rotated)
		}
		sh.refused(t, "key", "rotate", "--key", created.ID.String())
		revoked := sh.must(t, "key", "revoke", "--directory", "People", "--key", "Okta") // the new one
		if !strings.Contains(revoked, rotated.ID.String()) || !strings.Contains(revoked, "key revoke --key "+created.ID.String()) {
			t.Errorf("revoking says %s", revoked)
		}
		sh.must(t, "key", "revoke", "--key", rotated.ID.String())
		sh.refused(t, "key", "revoke", "--directory", "People", "--key", "Okta")
		states := map[string]string{}
		var secret string
		for _, k := range decode[[]listedKey](t, sh.must(t, "key", "list", "--company", "HARBOR", "--json")) {
			if k.ClientID != nil {
				secret = k.ID.String()
			}
			states[k.ID.String()] = string(k.State)
		}
		if len(states) != 5 || states[created.ID.String()] != "ROTATING" || states[rotated.ID.String()] != "REVOKED" {
			t.Errorf("states %v", states)
		}
		table := sh.must(t, "key", "list", "--directory", "People")
		if strings.Count(table, "\n") != 5 || strings.Contains(table, "Console") || strings.Contains(table, created.AccessToken) {
			t.Errorf("table:\n%s", table)
		}
		renewed := decode[madeKey](t, sh.must(t, "key", "rotate", "--key", secret, "--json"))
		if renewed.ClientID.String() != made.Key.ClientID || renewed.ClientSecret == "" || renewed.ClientSecret == made.Key.ClientSecret || renewed.AccessToken != "" {
			t.Errorf("the client secret became %+v", renewed)
		}
	})
}

func TestWrongCallsChangeNothing(t *testing.T) {
	onEach(t, func(t *testing.T, sh *shell) {
		sh.must(t, setupAll...)
		before := sh.must(t, "key", "list")
		for _, args := range [][]string{
			{"setup"}, {"setup", "--company", "a b"}, {"setup", "--company", "x", "--key", "k"},
			{"setup", "--company", "harbor", "--api-key", "k", "--scopes", "all"},
			{"setup", "--nothing"}, {"key", "list", "--json=perhaps"}, {"setup", "--company"},
			{"setup", "--company", "harbor", "extra"}, {"setup", "--company", "harbor", "--base-url", "directory.test"},
			{"key"}, {"key", "make"}, {"key", "create"}, {"key", "create", "--name", ""},
			{"key", "create", "--name", "k", "--expires-in", "-1h"}, {"key", "create", "--name", "k", "--company", "other"},
			{"key", "create", "--name", "k", "--directory", "Other"}, {"key", "create", "--name", "k", "--directory", "People", "--scopes", "read"},
			{"key", "rotate"}, {"key", "rotate", "--key", "Nobody"}, {"key", "rotate", "--key", "Entra"},
			{"key", "rotate", "--key", "Console", "--overlap", "169h"}, {"key", "revoke", "--key", "01a205eb-dddf-7003-b503-4bb5a14e497b"},
			{"migrate"}, {"migrate", "down"}, {"migrate", "up", "now"},
		} {
			sh.refused(t, args...)
		}
		if after := sh.must(t, "key", "list"); after != before {
			t.Errorf("before:\n%safter:\n%s", before, after)
		}
	})
}

func TestSeveralCompaniesMustBeNamed(t *testing.T) {
	onEach(t, func(t *testing.T, sh *shell) {
		sh.must(t, "setup", "--company", "one")
		sh.must(t, "key", "list")
		sh.must(t, "setup", "--company", "two")
		sh.refused(t, "key", "list")
		sh.must(t, "key", "list", "--company", "one")
	})
}

func TestPepperOfTheServerIsNeeded(t *testing.T) {
	t.Parallel()
	sh := &shell{map[string]string{"FEDDIR_DATABASE": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "FEDDIR_PEPPER_FILE": filepath.Join(t.TempDir(), "none")}}
	sh.refused(t, setupAll...)
}

func TestMigrate(t *testing.T) {
	onEach(t, func(t *testing.T, sh *shell) {
		if out := sh.must(t, "migrate", "status"); !strings.Contains(out, "pending") || strings.Contains(out, "applied") {
			t.Errorf("before:\n%s", out)
		}
		if out := sh.must(t, "migrate", "up"); !strings.Contains(out, "applied") {
			t.Errorf("up:\n%s", out)
		}
		if out := sh.must(t, "migrate", "status"); strings.Contains(out, "pending") || !strings.Contains(out, "applied") {
			t.Errorf("after:\n%s", out)
		}
		sh.must(t, "migrate", "up")
	})
}

func TestHelpExplainsEverything(t *testing.T) {
	t.Parallel()
	sh := &shell{}
	help := sh.must(t, "help")
	for _, c := range subcommands {
		if !strings.Contains(help, "  "+c.name) {
			t.Errorf("help does not name %s", c.name)
		}
	}
	for _, args := range [][]string{
		{"serve"}, {"simulate"}, {"simulate", "entra"}, {"setup"}, {"key"}, {"key", "create"}, {"key", "list"}, {"key", "rotate"}, {"key", "revoke"},
		{"client"}, {"client", "create"}, {"client", "list"}, {"client", "rotate"}, {"client", "revoke"}, {"migrate"}, {"healthcheck"},
	} {
		for _, ask := range [][]string{append(slices.Clone(args), "--help"), append([]string{"help"}, args...)} {
			out, err := sh.try(ask...)
			if !errors.Is(err, flag.ErrHelp) || !strings.Contains(out, "feddir "+args[0]) {
				t.Errorf("%v: %v\n%s", ask, err, out)
			}
		}
	}
}

func TestUnknownCommandIsAUsageError(t *testing.T) {
	t.Parallel()
	sh := &shell{}
	for word, want := range map[string]string{"keys": "did you mean key?", "set-up": "did you mean setup?", "kye": "did you mean key?", "xyz": "no command", "é": "no command"} {
		_, err := sh.try(word)
		if _, usage := errors.AsType[*command.UsageError](err); !usage || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", word, err)
		}
	}
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	ready := true
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer srv.Close()
	sh := &shell{map[string]string{"FEDDIR_URL": srv.URL}}
	sh.must(t, "healthcheck")
	ready = false
	sh.refused(t, "healthcheck")
	sh.refused(t, "healthcheck", "--url", "http://127.0.0.1:1/")
}

func TestAccountsAreMadeLinkedAndDisabled(t *testing.T) {
	onEach(t, func(t *testing.T, sh *shell) {
		sh.must(t, setupAll...)
		sh.refused(t, "account", "link", "--account", "Ada")
		owner := decode[listedAccount](t, sh.must(t, "account", "link", "--owner", "Ada", "--json"))
		if owner.Role != "OWNER" || !strings.HasPrefix(owner.Link, "https://directory.test/link/fdl_") {
			t.Errorf("%+v", owner)
		}
		sh.refused(t, "account", "link", "--owner", "Ben")
		sh.refused(t, "account", "create", "--name", "Ben", "--role", "boss")
		sh.refused(t, "account", "disable", "--account", "Ada") // the last owner
		ben := decode[listedAccount](t, sh.must(t, "account", "create", "--name", "Ben", "--role", "owner", "--mail", "ben@harbor.example", "--json"))
		if again := sh.must(t, "account", "link", "--account", "ben"); !strings.Contains(again, "/link/fdl_") || strings.Contains(again, ben.Link) {
			t.Errorf("another link: %s", again)
		}
		sh.must(t, "account", "disable", "--account", owner.ID.String())
		sh.refused(t, "account", "disable", "--account", "Ben")
		all := decode[[]listedAccount](t, sh.must(t, "account", "list", "--json"))
		if len(all) != 2 || all[0].State != "DISABLED" || all[1].State != "ACTIVE" || all[1].Link != "" {
			t.Errorf("%+v", all)
		}
		if table := sh.must(t, "account", "list"); strings.Count(table, "\n") != 3 || strings.Contains(table, "fdl_") {
			t.Errorf("table:\n%s", table)
		}
	})
}
