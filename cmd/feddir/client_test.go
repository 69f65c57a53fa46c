package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/internal/auth"
)

const publicKeys = `{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}`

var federation = []string{
	"--federation-issuer", "https://login.microsoftonline.com/t/v2.0", "--federation-audience", "app", "--federation-subject", "principal",
}

func TestClientsAreMadeListedRotatedAndRevoked(t *testing.T) {
	onEach(t, func(t *testing.T, sh *shell) {
		sh.must(t, "setup", "--company", "Harbor", "--directory", "People")
		jwks := filepath.Join(t.TempDir(), "keys.json")
		if err := os.WriteFile(jwks, []byte(publicKeys), 0o600); err != nil {
			t.Fatal(err)
		}
		create := func(name string, more ...string) madeClient {
			return decode[madeClient](t, sh.must(t, append([]string{"client", "create", "--directory", "People", "--name", name, "--json"}, more...)...))
		}
		entra := create("Entra", "--token-lifetime", "1h", "--secret-expires-in", "9000h")
		if _, kind, err := auth.Parse(entra.ClientSecret); kind != key.KindCLIENT || err != nil || entra.SecretExpiresAt == nil ||
			entra.TokenURL != "https://directory.test/v2/Login/Oauth2/Token" || entra.SCIMURL != "https://directory.test/v2" {
			t.Errorf("with a secret: %+v, %v", entra, err)
		}
		if c := create("Pair", "--jwks", jwks); c.ClientSecret != "" || c.SecretExpiresAt != nil {
			t.Errorf("with keys of its own: %+v", c)
		}
		if c := create("Both", append(federation, "--secret")...); c.ClientSecret == "" {
			t.Errorf("with federation and a secret: %+v", c)
		}

		rotated := decode[madeClient](t, sh.must(t, "client", "rotate", "--client", "Entra", "--json"))
		if rotated.ID != entra.ID || rotated.ClientSecret == "" || rotated.ClientSecret == entra.ClientSecret {
			t.Errorf("rotated: %+v", rotated)
		}
		sh.refused(t, "client", "rotate", "--client", "Entra") // both work yet
		if c := decode[madeClient](t, sh.must(t, "client", "rotate", "--client", "Pair", "--json")); c.ClientSecret == "" {
			t.Errorf("a first secret: %+v", c)
		}

		sh.must(t, "client", "revoke", "--client", "Both", "--directory", "People")
		sh.refused(t, "client", "revoke", "--client", "Both")
		sh.must(t, "client", "revoke", "--client", rotated.ID.String())
		again := decode[listedClient](t, sh.must(t, "client", "revoke", "--client", rotated.ID.String(), "--json"))
		if again.RevokedAt == nil || len(again.Secrets) > 0 {
			t.Errorf("revoked: %+v", again)
		}

		all := decode[[]listedClient](t, sh.must(t, "client", "list", "--company", "HARBOR", "--json"))
		if len(all) != 3 || all[0].ID != entra.ID || !all[1].OwnKeys || len(all[1].Secrets) != 1 || all[2].Federation == nil || all[2].RevokedAt == nil {
			t.Errorf("list: %+v", all)
		}
		table := sh.must(t, "client", "list", "--directory", "People")
		if strings.Count(table, "\n") != 4 || strings.Count(table, "REVOKED") != 2 || strings.Contains(table, "fds_") {
			t.Errorf("table:\n%s", table)
		}
		if text := sh.must(t, "client", "create", "--directory", "People", "--name", "Text"); !strings.Contains(text, "fds_") || !strings.Contains(text, "token endpoint") {
			t.Errorf("text: %s", text)
		}
	})
}

func TestWrongCallsOfClientChangeNothing(t *testing.T) {
	onEach(t, func(t *testing.T, sh *shell) {
		sh.must(t, setupAll...)
		notKeys := filepath.Join(t.TempDir(), "keys.json")
		if err := os.WriteFile(notKeys, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		before := sh.must(t, "client", "list")
		creating := []string{"client", "create", "--name", "c", "--directory", "People"}
		for _, args := range [][]string{
			{"client"}, {"client", "make"}, {"client", "create", "--name", "c"}, {"client", "create", "--directory", "People"},
			{"client", "create", "--name", "c", "--directory", "Other"},
			append(creating, "--token-lifetime", "7h"), append(creating, "--secret-expires-in", "24h"), append(creating, "--secret-expires-in", "-1h"),
			append(creating, "--jwks", notKeys), append(creating, "--jwks", notKeys+"x"),
			append(creating, federation[:4]...), append(creating, "--federation-keys", "https://keys.test"),
			append(append(creating, federation...), "--federation-keys", "http://keys.test"), append(creating, "extra"),
			{"client", "rotate"}, {"client", "rotate", "--client", "Nobody"}, {"client", "rotate", "--client", "Entra", "--overlap", "169h"},
			{"client", "revoke"}, {"client", "revoke", "--client", "01a205eb-dddf-7003-b508-4bb5a14e497b"},
			{"client", "revoke", "--client", "Entra", "--company", "other"},
		} {
			sh.refused(t, args...)
		}
		if after := sh.must(t, "client", "list"); after != before {
			t.Errorf("before:\n%safter:\n%s", before, after)
		}
	})
}
