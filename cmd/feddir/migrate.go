package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/feddir/feddir/cmd/feddir/command"
	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
)

const migrateUsage = `migrate status | up [flags]

Lists the migrations of the database, or applies the missing ones. The server
applies them when it starts; use up to apply them beforehand.

Examples:
  feddir migrate status
  feddir migrate up --database postgres://feddir@db.example.com/feddir`

func runMigrate(ctx context.Context, args []string, getenv func(string) string, stdout, _ io.Writer) error {
	c := command.New("migrate", migrateUsage, getenv, stdout)
	database := databaseFlag(c)
	if len(args) == 0 || !slices.Contains([]string{"status", "up"}, args[0]) {
		if err := c.Parse(args, len(args)); err == flag.ErrHelp {
			return err
		}
		return command.Wrongf("say status or up; see feddir migrate --help")
	}
	if err := c.Parse(args[1:], 0); err != nil {
		return err
	}
	db, err := entdb.Open(ctx, sqlconn.Config{URL: *database})
	if err != nil {
		return explain(err)
	}
	defer db.Close()
	if args[0] == "up" {
		return migrateUp(ctx, db, stdout)
	}
	status, err := db.MigrationStatus(ctx)
	if err != nil {
		return explain(err)
	}
	for _, m := range status {
		state := "pending"
		if !m.AppliedAt.IsZero() {
			state = "applied " + m.AppliedAt.Format(time.RFC3339)
		}
		if m.Newer {
			state += " by a newer feddir than this one"
		}
		fmt.Fprintf(stdout, "%s_%s  %s\n", m.Version, m.Name, state)
	}
	return nil
}

func migrateUp(ctx context.Context, db *entdb.DB, stdout io.Writer) error {
	done, err := db.Migrate(ctx)
	for _, m := range done {
		fmt.Fprintf(stdout, "%s_%s  applied\n", m.Version, m.Name)
	}
	if err == nil && len(done) == 0 {
		fmt.Fprintln(stdout, "Nothing to do: the database is up to date.")
	}
	return explain(err)
}
