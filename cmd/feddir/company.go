package main

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/command"
	ent "github.com/feddir/feddir/ent/generated"
)

// companyFlags are the flags of subcommands that work on what a company owns.
type companyFlags struct {
	*command.Command
	where              installationFlags
	company, directory *string
	json               *bool
}

func newCompanyCommand(name, usage, directory string, getenv func(string) string, stdout io.Writer) *companyFlags {
	c := command.New(name, usage, getenv, stdout)
	f := &companyFlags{Command: c, where: installation(c)}
	f.company = c.String("company", "", "short `name` of the company; not needed if there is only one")
	f.directory = c.String("directory", "", directory)
	f.json = c.Bool("json", false, "print JSON")
	return f
}

// do runs f as the operator on the company, and the directory if one is named.
func (c *companyFlags) do(ctx context.Context, f func(ctx context.Context, op *operator, c *ent.Company, directoryID *uuid.UUID) error) error {
	return c.where.operate(ctx, func(ctx context.Context, op *operator) error {
		owner, err := op.company(ctx, *c.company)
		if err != nil {
			return err
		}
		if *c.directory == "" {
			return f(ctx, op, owner, nil)
		}
		d, err := op.directory(ctx, owner, *c.directory)
		if err != nil {
			return err
		}
		if d == nil {
			return fmt.Errorf("company %s has no directory %q; feddir setup --directory makes one", owner.ShortName, *c.directory)
		}
		return f(ctx, op, owner, &d.ID)
	})
}
