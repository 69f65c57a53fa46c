package tenantguard_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/tenantguard"
)

var (
	acme    = uuid.MustParse("018f0000-0000-7000-8000-00000000000a")
	people  = uuid.MustParse("018f0000-0000-7000-8000-0000000000d1")
	foreign = uuid.MustParse("018f0000-0000-7000-8000-00000000000f")

	inCompany   = tenantguard.Tenant{CompanyID: acme, Known: true}
	inDirectory = tenantguard.Tenant{CompanyID: acme, DirectoryID: people, Known: true}
)

func newGuard() *tenantguard.Guard {
	both := tenantguard.Table{Company: "company_id", Directory: "directory_id"}
	return tenantguard.New(map[string]tenantguard.Table{
		"companies":   {Company: "id"},
		"accounts":    {Company: "company_id"},
		"directories": {Company: "company_id", Directory: "id"},
		"users":       both,
		"groups":      both,
		"memberships": both,
	})
}

// argument makes arguments of a pattern: d and c are the viewer's directory and
// company, f is another's, x is anything else.
func arguments(pattern string) []any {
	args := make([]any, 0, len(pattern))
	for _, r := range pattern {
		switch r {
		case 'd':
			args = append(args, people.String())
		case 'c':
			args = append(args, acme.String())
		case 'f':
			args = append(args, foreign.String())
		default:
			args = append(args, "x")
		}
	}
	return args
}

// sqlite writes a PostgreSQL statement whose parameters are in order as ent
// writes it for SQLite.
func sqlite(query string) string {
	query = strings.ReplaceAll(query, `"`, "`")
	for n := 30; n > 0; n-- {
		query = strings.ReplaceAll(query, fmt.Sprintf("$%d", n), "?")
	}
	return query
}

func TestAllowed(t *testing.T) {
	t.Parallel()
	for name, c := range allowed {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, query := range []string{c.query, sqlite(c.query)} {
				if err := newGuard().Check(query, arguments(c.args), inDirectory); err != nil {
					t.Errorf("%v: %s", err, query)
				}
			}
		})
	}
}

// Every value a statement binds decides: with another's in its place the same
// statement is refused.
func TestForeignValuesAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range allowed {
		args := strings.NewReplacer("d", "f", "c", "f").Replace(c.args)
		if args == c.args {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newGuard()
			refused(t, w.Check(c.query, arguments(args), inDirectory))
			refused(t, w.Check(sqlite(c.query), arguments(args), inDirectory))
			refused(t, w.Check(c.query, arguments(c.args), tenantguard.Tenant{}))
			refused(t, w.Check(c.query, arguments(c.args), tenantguard.Tenant{Known: true}))
			refused(t, w.Check(c.query, nil, inDirectory))
			if err := w.Check(c.query, arguments(args), tenantguard.Tenant{Exempt: true}); err != nil {
				t.Errorf("exempt: %v", err)
			}
		})
	}
}

// One foreign value among several own ones is enough.
func TestEachValueIsChecked(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"both bound", "a joined select", "a sub-select", "a union", "a union as a table", "recursion",
		"an update in place", "an insert", "a bulk insert", "an upsert where", "with an argument",
	} {
		c := allowed[name]
		for i := range c.args {
			if c.args[i] == 'x' {
				continue
			}
			t.Run(fmt.Sprint(name, i), func(t *testing.T) {
				t.Parallel()
				refused(t, newGuard().Check(c.query, arguments(c.args[:i]+"f"+c.args[i+1:]), inDirectory))
			})
		}
	}
}

func TestHolesAreRefused(t *testing.T) {
	t.Parallel()
	for name, query := range holes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, q := range []string{query, sqlite(query)} {
				w := newGuard()
				refused(t, w.Check(q, arguments("dddd"), inDirectory))
				refused(t, w.Check(q, arguments("cccc"), inCompany))
			}
		})
	}
}

// Parameters whose arguments cannot be counted here bind nothing.
func TestOtherParametersAreRefused(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		`SELECT "id" FROM "users" WHERE "id" = ?2 AND "directory_id" = ?`,
		`SELECT "id" FROM "users" WHERE "id" = $1 AND "directory_id" = ?`,
		`SELECT "id" FROM "users" WHERE "id" = :id AND "directory_id" = ?`,
		`SELECT "id" FROM "users" WHERE "id" = @id AND "directory_id" = ?`,
		`SELECT "id" FROM "users" WHERE "id" = $id AND "directory_id" = ?`,
	} {
		refused(t, newGuard().Check(query, arguments("dddd"), inDirectory))
	}
}

func TestTenantMustBeKnown(t *testing.T) {
	t.Parallel()
	const query = `SELECT "id" FROM "users" WHERE "company_id" = $1`
	refused(t, newGuard().Check(query, arguments("c"), tenantguard.Tenant{CompanyID: acme}))
	refused(t, newGuard().Check(query, []any{uuid.Nil}, tenantguard.Tenant{Known: true}))
}

// A company's viewer must bind the company: any directory can be named.
func TestCompanyViewer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		query, args string
		ok          bool
	}{
		"the company":           {`SELECT "id" FROM "users" WHERE "company_id" = $1`, "c", true},
		"another":               {`SELECT "id" FROM "users" WHERE "company_id" = $1`, "f", false},
		"company and directory": {`SELECT "id" FROM "users" WHERE "company_id" = $1 AND "directory_id" = $2`, "cd", true},
		"the directory only":    {`SELECT "id" FROM "users" WHERE "directory_id" = $1`, "d", false},
		"its directories":       {`SELECT "users"."id" FROM "users" JOIN "directories" AS "d" ON "d"."company_id" = "users"."company_id" WHERE "d"."company_id" = $1`, "c", true},
		"an insert":             {`INSERT INTO "users" ("company_id", "directory_id") VALUES ($1, $2)`, "cd", true},
		"into another":          {`INSERT INTO "users" ("company_id", "directory_id") VALUES ($1, $2)`, "fd", false},
		"without the company":   {`INSERT INTO "users" ("directory_id") VALUES ($1)`, "d", false},
		"an upsert elsewhere":   {`INSERT INTO "users" ("company_id", "directory_id", "id") VALUES ($1, $2, $3) ON CONFLICT ("directory_id", "id") DO UPDATE SET "title" = $4`, "cfxx", false},
		"an upsert":             {`INSERT INTO "users" ("company_id", "directory_id", "id") VALUES ($1, $2, $3) ON CONFLICT ("directory_id", "id") DO UPDATE SET "title" = $4 WHERE "users"."company_id" = "excluded"."company_id"`, "cdxx", true},
		"a move":                {`UPDATE "users" SET "directory_id" = $1 WHERE "company_id" = $2`, "fc", false},
		"a gift":                {`UPDATE "users" SET "company_id" = $1 WHERE "company_id" = $2`, "fc", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := newGuard().Check(c.query, arguments(c.args), inCompany)
			if c.ok != (err == nil) {
				t.Errorf("%v", err)
			}
		})
	}
}

// A directory's viewer must bind the directory; a row inserted must be the
// company's too.
func TestDirectoryViewerIsNotTheCompany(t *testing.T) {
	t.Parallel()
	w := newGuard()
	refused(t, w.Check(`SELECT "id" FROM "users" WHERE "company_id" = $1`, arguments("c"), inDirectory))
	refused(t, w.Check(`INSERT INTO "users" ("company_id", "directory_id") VALUES ($1, $2)`, arguments("fd"), inDirectory))
	refused(t, w.Check(`INSERT INTO "users" ("company_id") VALUES ($1)`, arguments("c"), inDirectory))
}

func TestCastsAndOperators(t *testing.T) {
	t.Parallel()
	w := newGuard()
	for _, query := range []string{
		`SELECT "id" FROM "users" WHERE "directory_id" = $1::uuid AND "emails" ? 'x' AND "emails" @> '[{}]'::jsonb AND "n" = -1 AND "a" #>> '{b}' = 'c'`,
		`SELECT "id" FROM "users" WHERE "directory_id" = $1 AND "id" = ANY(ARRAY(SELECT 'x'))`,
	} {
		if err := w.Check(query, arguments("d"), inDirectory); err != nil {
			t.Errorf("%v: %s", err, query)
		}
	}
}

type id [16]byte

func TestFormsOfAnArgument(t *testing.T) {
	t.Parallel()
	text := people.String()
	var valuer driver.Valuer = people
	for i, own := range []any{
		people, &people, text, &text, strings.ToUpper(text), [16]byte(people), id(people), people[:], []byte(text), valuer,
		sql.Named("d", people), driver.NamedValue{Ordinal: 1, Value: text}, sql.NullString{String: text, Valid: true},
		uuid.NullUUID{UUID: people, Valid: true},
	} {
		if err := newGuard().Check(allowed["unqualified"].query, []any{own}, inDirectory); err != nil {
			t.Errorf("form %d: %v", i, err)
		}
	}
	var none *uuid.UUID
	var empty *string
	for i, other := range []any{
		foreign, foreign.String(), none, empty, nil, 7, true, "", text + " ", "{" + text + "}", "urn:uuid:" + text,
		strings.ReplaceAll(text, "-", ""), strings.Replace(text, "-", "x", 1), people[:15], sql.NullString{String: text}, uuid.NullUUID{UUID: people},
		failing{}, []string{text}, [15]byte{}, map[string]any{},
	} {
		if newGuard().Check(allowed["unqualified"].query, []any{other}, inDirectory) == nil {
			t.Errorf("form %d passes", i)
		}
	}
}

type failing struct{}

func (failing) Value() (driver.Value, error) { return people.String(), errors.New("no") }

func TestPlansAreBounded(t *testing.T) {
	t.Parallel()
	w := newGuard()
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := range 3_000 {
				query := fmt.Sprintf(`SELECT "c%d" FROM "users" WHERE "directory_id" = $1`, i*g)
				if err := w.Check(query, arguments("d"), inDirectory); err != nil {
					t.Errorf("%v", err)
				}
			}
		})
	}
	group.Wait()
	if n := w.Plans(); n > 4_096 {
		t.Errorf("%d plans", n)
	}
	long := strings.Repeat("x", 100_000)
	for i := range 200 {
		_ = w.Check(fmt.Sprintf(`SELECT '%s%d'`, long, i), nil, inDirectory)
	}
	if n := w.Plans(); n > 100 {
		t.Errorf("%d plans of long texts", n)
	}
}

func refused(t *testing.T, err error) {
	t.Helper()
	v, ok := errors.AsType[*tenantguard.Violation](err)
	if !ok {
		t.Fatalf("not refused: %v", err)
	}
	if v.Table == "" || v.Reason == "" || strings.Contains(v.Error(), "018f") {
		t.Errorf("%v", v)
	}
}

// reads are texts that certainly read users.
var reads = regexp.MustCompile(`(?i)^select [a-z0-9, ]+ from "?users"?( where [^'"]*)?$`)

func FuzzCheck(f *testing.F) {
	for _, c := range allowed {
		f.Add(c.query)
	}
	for _, query := range holes {
		if len(query) < 1_000 {
			f.Add(query)
		}
	}
	// Whatever follows, a condition on foreign or missing values opens nothing.
	f.Fuzz(func(t *testing.T, query string) {
		w := newGuard()
		err := w.Check(query, arguments("ffffffff"), inDirectory)
		if err == nil && reads.MatchString(query) {
			t.Errorf("passes: %s", query)
		}
		if w.Check(query, nil, tenantguard.Tenant{}) == nil && err != nil {
			t.Errorf("nobody may what a viewer may not: %s", query)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	for _, name := range []string{"a query", "a joined select", "an insert"} {
		c := allowed[name]
		b.Run(name+"/warm", func(b *testing.B) {
			w, args := newGuard(), arguments(c.args)
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Check(c.query, args, inDirectory); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/cold", func(b *testing.B) {
			args := arguments(c.args)
			b.ReportAllocs()
			for b.Loop() {
				_ = newGuard().Check(c.query, args, inDirectory)
			}
		})
	}
}
