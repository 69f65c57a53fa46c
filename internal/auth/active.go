package auth

import (
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/predicate"
)

// Works is the predicate of the keys that are valid: not revoked, not expired.
func Works(now time.Time) predicate.Key {
	return key.And(key.RevokedAtIsNil(), key.Or(key.ExpiresAtIsNil(), key.ExpiresAtGT(now)))
}

// NotDeleted is the predicate of the keys, OAuth clients and access tokens whose
// company and directory are not deleted. Such rows are purged some time after
// the deletion, and open nothing until then.
func NotDeleted(s *sql.Selector) {
	owner, dir := sql.Table(company.Table), sql.Table(directory.Table)
	s.Where(sql.And(
		sql.NotExists(sql.Select(owner.C(company.FieldID)).From(owner).Where(sql.And(
			sql.ColumnsEQ(owner.C(company.FieldID), s.C(key.FieldCompanyID)),
			sql.EQ(owner.C(company.FieldState), string(company.StateDELETING)),
		))),
		sql.NotExists(sql.Select(dir.C(directory.FieldID)).From(dir).Where(sql.And(
			sql.ColumnsEQ(dir.C(directory.FieldCompanyID), s.C(key.FieldCompanyID)),
			sql.ColumnsEQ(dir.C(directory.FieldID), s.C(key.FieldDirectoryID)),
			sql.EQ(dir.C(directory.FieldState), string(directory.StateDELETING)),
		))),
	))
}
