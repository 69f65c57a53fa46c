package migrations

import (
	"embed"
	"fmt"
	"io/fs"

	"ariga.io/atlas/sql/migrate"
)

//go:embed sqlite postgres
var files embed.FS

// Migration is one step of a database's schema.
type Migration struct {
	Version    string // grows from one migration to the next
	Name       string
	Statements []string
}

// All returns the migrations of a dialect ("sqlite3" or "postgres"), oldest
// first. It fails when a file does not match its checksum: a migration that
// was released must never change.
func All(dialect string) ([]Migration, error) {
	dir, err := Dir(dialect)
	if err != nil {
		return nil, err
	}
	if err := migrate.Validate(dir); err != nil {
		return nil, fmt.Errorf("migrations of %s: %w", dialect, err)
	}
	found, err := dir.Files()
	if err != nil {
		return nil, err
	}
	all := make([]Migration, len(found))
	for i, f := range found {
		statements, err := f.Stmts()
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", f.Name(), err)
		}
		all[i] = Migration{Version: f.Version(), Name: f.Desc(), Statements: statements}
	}
	return all, nil
}

// Dir returns the migration files of a dialect with their checksums.
func Dir(dialect string) (migrate.Dir, error) {
	folder, ok := map[string]string{"sqlite3": "sqlite", "postgres": "postgres"}[dialect]
	if !ok {
		return nil, fmt.Errorf("no migrations for dialect %q", dialect)
	}
	sub, err := fs.Sub(files, folder)
	if err != nil {
		return nil, err
	}
	dir := &migrate.MemDir{}
	entries, err := fs.ReadDir(sub, ".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		text, err := fs.ReadFile(sub, e.Name())
		if err != nil {
			return nil, err
		}
		if err := dir.WriteFile(e.Name(), text); err != nil {
			return nil, err
		}
	}
	return dir, nil
}
