package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/feddir/feddir/cmd/feddir/command"
	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/internal/apierror"
)

// installationFlags are the flags of subcommands that change an installation.
type installationFlags struct{ database, baseURL, pepper *string }

func installation(c *command.Command) installationFlags {
	return installationFlags{
		databaseFlag(c),
		c.String("base-url", "http://127.0.0.1:8080", "public `url` of the server, as for feddir serve"),
		pepperFlag(c),
	}
}

// operate runs f as the operator, in one transaction on a database that is
// brought up to date first. The server may be running.
func (i installationFlags) operate(ctx context.Context, f func(ctx context.Context, op *operator) error) error {
	if err := checkBaseURL(*i.baseURL); err != nil {
		return err
	}
	pepper, err := readPepper(*i.pepper)
	if err != nil {
		return err
	}
	db, err := entdb.OpenCurrent(ctx, sqlconn.Config{URL: *i.database})
	if err != nil {
		return explain(err)
	}
	defer db.Close()
	r := graph.New(db, graph.Config{Version: version, BaseURL: strings.TrimRight(*i.baseURL, "/"), Pepper: pepper})
	return said(r.Operations().InTx(viewer.WithOperator(ctx), func(ctx context.Context) error {
		return f(ctx, &operator{r, r.Operations(), db.Client(ctx)})
	}))
}

// said is what an operator is told of err.
func said(err error) error {
	if err == nil {
		return nil
	}
	switch e := dberror.Describe(err); e.Code {
	case apierror.Internal, apierror.Unavailable, apierror.Timeout:
		return explain(err)
	default:
		return e
	}
}

// operator has what an operator works with inside of a transaction.
type operator struct {
	resolver   *graph.Resolver
	operations *graph.Operations
	client     *ent.Client
}

// company returns the company with a short name, or the only one there is
// where it is empty.
func (op *operator) company(ctx context.Context, shortName string) (*ent.Company, error) {
	if shortName != "" {
		c, err := op.client.Company.Query().Where(company.ShortNameKey(schematype.Fold(shortName))).Only(ctx)
		if ent.IsNotFound(err) {
			return nil, fmt.Errorf("there is no company %q; feddir setup --company makes one", shortName)
		}
		return c, err
	}
	all, err := op.client.Company.Query().Limit(2).All(ctx)
	if err != nil {
		return nil, err
	}
	switch len(all) {
	case 0:
		return nil, fmt.Errorf("there is no company yet; feddir setup --company makes one")
	case 1:
		return all[0], nil
	}
	return nil, command.Wrongf("name the company with --company")
}

// directory returns the directory of c with a name, nil when there is none.
func (op *operator) directory(ctx context.Context, c *ent.Company, name string) (*ent.Directory, error) {
	found, err := op.client.Directory.Query().Where(directory.CompanyID(c.ID), directory.Name(name)).Limit(2).All(ctx)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if len(found) > 1 {
		return nil, fmt.Errorf("company %s has several directories with the name %q; rename one", c.ShortName, name)
	}
	return found[0], nil
}
