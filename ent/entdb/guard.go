package entdb

import (
	"context"

	"entgo.io/ent/dialect/sql/schema"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/entdb/tenantguard"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/migrate"
	"github.com/feddir/feddir/ent/migrations"
	"github.com/feddir/feddir/ent/viewer"
)

// tables are all tables with the columns that hold whom a row belongs to.
var tables = func() map[string]tenantguard.Table {
	found := make(map[string]tenantguard.Table, len(migrate.Tables))
	for _, t := range migrate.Tables {
		found[t.Name] = tenancy(t)
	}
	for name := range migrations.Installation {
		found[name] = tenantguard.Table{Company: nobody}
	}
	return found
}()

func tenancy(t *schema.Table) tenantguard.Table {
	switch t.Name {
	case company.Table:
		return tenantguard.Table{Company: company.FieldID}
	case directory.Table:
		return tenantguard.Table{Company: directory.FieldCompanyID, Directory: directory.FieldID}
	case key.Table: // a key belongs to the company, also when it opens a directory
		return tenantguard.Table{Company: key.FieldCompanyID}
	}
	var found tenantguard.Table
	for _, c := range t.Columns {
		switch c.Name {
		case "company_id":
			found.Company = c.Name
		case "directory_id":
			found.Directory = c.Name
		}
	}
	if found.Company == "" {
		panic("table " + t.Name + " does not say whose its rows are")
	}
	return found
}

// nobody is a column that no table has: a statement cannot bind it, so no
// viewer reads what belongs to the installation.
const nobody = "nobody"

// newGuard puts the wall in front of every statement, then next where there is
// one. Operators and the server's own work may cross it.
func newGuard(next sqlconn.Guard) sqlconn.Guard {
	w := tenantguard.New(tables)
	return func(ctx context.Context, query string, args []any) error {
		v, known := viewer.FromContext(ctx)
		err := w.Check(query, args, tenantguard.Tenant{
			CompanyID: v.CompanyID, DirectoryID: v.DirectoryID, Known: known, Exempt: v.Unbound(),
		})
		if err != nil || next == nil {
			return err
		}
		return next(ctx, query, args)
	}
}
