package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestKeyIsMadeForBrowsers(t *testing.T) {
	onEach(t, func(t *testing.T, sh *shell) {
		sh.must(t, "setup", "--company", "harbor", "--directory", "People")
		made := decode[madeKey](t, sh.must(t, "key", "create", "--name", "Phonebook", "--trusted-documents-only",
			"--origin", "https://People.example.com/", "--origin", "http://localhost:5173", "--json"))
		keys := decode[[]listedKey](t, sh.must(t, "key", "list", "--json"))
		want := []string{"https://people.example.com", "http://localhost:5173"}
		if len(keys) != 1 || keys[0].ID != made.ID || !slices.Equal(keys[0].Origins, want) || !keys[0].TrustedOnly {
			t.Errorf("keys %+v", keys)
		}
		for _, origin := range []string{"", "*", "people.example.com", "https://people.example.com/app"} {
			sh.refused(t, "key", "create", "--name", "Other", "--origin", origin)
		}
		sh.refused(t, "key", "create", "--directory", "People", "--name", "Other", "--origin", "https://people.example.com")
	})
}

func TestServeRefusesWrongGraphQLFlags(t *testing.T) {
	t.Parallel()
	wrong := filepath.Join(t.TempDir(), "documents.json")
	if err := os.WriteFile(wrong, []byte(`{"abc":"{viewer{kind}}"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	sh := &shell{map[string]string{"FEDDIR_DATABASE": "sqlite:" + filepath.Join(t.TempDir(), "x.db")}}
	for _, args := range [][]string{
		{"--documents", "some"},
		{"--documents", "trusted"},
		{"--trusted-documents", filepath.Join(t.TempDir(), "none")},
		{"--trusted-documents", t.TempDir()},
		{"--trusted-documents", wrong},
		{"--graphql-points", "4999"},
		{"--graphql-restore", "0"},
	} {
		sh.refused(t, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	}
}
