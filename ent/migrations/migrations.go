package migrations

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

//go:embed sqlite postgres
var files embed.FS

// Installation names the tables that belong to no company. ent has no type for
// them, so no viewer reads them.
var Installation = map[string]bool{Secrets: true}

// Secrets is the table of what all replicas must agree on and nobody else may
// know.
const Secrets = "installation_secrets"

// Migration is one step of a database's schema.
type Migration struct {
	Version string // grows from one migration to the next
	Name    string
	SQL     string // its statements, which both databases run as one text
}

// folders holds the migrations of each dialect, as ent names it.
var folders = map[string]string{"sqlite3": "sqlite", "postgres": "postgres"}

// All returns the migrations of a dialect ("sqlite3" or "postgres"), oldest
// first. That none is changed once it is released is for a test to hold.
func All(dialect string) ([]Migration, error) {
	folder, ok := folders[dialect]
	if !ok {
		return nil, fmt.Errorf("no migrations for dialect %q", dialect)
	}
	entries, err := files.ReadDir(folder) // in the order of their names
	if err != nil {
		return nil, err
	}
	var all []Migration
	for _, e := range entries {
		name, isSQL := strings.CutSuffix(e.Name(), ".sql")
		if !isSQL {
			continue
		}
		text, err := files.ReadFile(path.Join(folder, e.Name()))
		if err != nil {
			return nil, err
		}
		version, name, _ := strings.Cut(name, "_")
		all = append(all, Migration{Version: version, Name: name, SQL: string(text)})
	}
	return all, nil
}
