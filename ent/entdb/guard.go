package entdb

import (
	"context"
	"maps"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/entdb/tenantguard"
	"github.com/feddir/feddir/ent/generated/tenancy"
	"github.com/feddir/feddir/ent/migrations"
	"github.com/feddir/feddir/ent/viewer"
)

// tables has for each table the columns that say whom a row belongs to.
var tables = func() map[string]tenantguard.Table {
	found := maps.Clone(tenancy.Tables)
	for name := range migrations.Installation {
		found[name] = tenantguard.Table{Company: nobody}
	}
	return found
}()

// nobody is a column that no table has: a statement cannot bind it, so no
// viewer reads what belongs to the installation.
const nobody = "nobody"

// newGuard returns a guard that checks every statement by the tenant guard, then
// by next where it is set. Statements of operators and of the system are exempt.
func newGuard(next sqlconn.Guard) sqlconn.Guard {
	w := tenantguard.New(tables)
	return func(ctx context.Context, query string, args []any) error {
		v, known := viewer.FromContext(ctx)
		err := w.Check(query, args, tenantguard.Tenant{
			CompanyID: v.CompanyID, DirectoryID: v.DirectoryID, Known: known, Exempt: v.Unscoped(),
		})
		if err != nil || next == nil {
			return err
		}
		return next(ctx, query, args)
	}
}
