package rule_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/entdb/tenantguard"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/migrate"
	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/viewer"
)

// operation is one thing that can be tried with an entity.
type operation struct {
	name   string
	letter string // of "rcud"
	place  place  // where it creates
	mixed  bool   // the place is a directory of another company than it says
	strong bool   // it creates what takes all scopes
}

func (w *world) operations(e entity) []operation {
	mixed := w.theirs
	mixed.company = w.ours.company
	all := []operation{
		{name: "query", letter: "r"},
		{name: "update", letter: "u"},
		{name: "delete", letter: "d"},
		{name: "create here", letter: "c", place: w.ours},
		{name: "create in a sibling directory", letter: "c", place: w.sibling},
		{name: "create in another company", letter: "c", place: w.theirs},
		{name: "create in another company's directory", letter: "c", place: mixed, mixed: true},
	}
	if e.stronger != nil {
		all = append(all, operation{name: "create stronger", letter: "c", place: w.ours, strong: true})
	}
	return all
}

// What comes of an operation, where it is not a number of rows.
const (
	denied  = "denied"                      // by a rule
	guarded = "stopped by the tenant guard" // below the rules
	refused = "refused"                     // by the keys of the database
	created = "created"
)

func rowCount(n int) string { return fmt.Sprintf("%d rows", n) }

var errUndo = errors.New("undo")

// try runs an operation, undoes it and says what came of it.
func (w *world) try(ctx context.Context, e entity, o operation) string {
	var n int
	var err error
	if o.letter == "r" {
		n, err = e.count(ctx, w.db.Client(ctx))
	} else {
		err = w.db.InTx(ctx, func(ctx context.Context) error {
			n, err = e.change(ctx, w.db.Client(ctx), o)
			if err != nil {
				return err
			}
			return errUndo
		})
	}
	violation := &tenantguard.Violation{}
	_, foreign := sqlconn.IsForeignKeyViolation(err)
	_, taken := sqlconn.IsUniqueViolation(err)
	switch {
	case errors.As(err, &violation):
		return guarded
	case errors.Is(err, privacy.Deny):
		return denied
	case foreign, taken:
		return refused
	case err != nil && !errors.Is(err, errUndo):
		return err.Error()
	case o.letter == "c":
		return created
	}
	return rowCount(n)
}

func (e entity) change(ctx context.Context, c *ent.Client, o operation) (int, error) {
	switch {
	case o.letter == "u":
		return e.update(ctx, c)
	case o.letter == "d":
		return e.remove(ctx, c)
	case o.strong:
		return 1, e.stronger(ctx, c, o.place)
	}
	return 1, e.create(ctx, c, o.place)
}

// want says what should come of it, from what the entity's access says alone.
func want(e entity, c caller, o operation) string {
	unscoped := c.Kind == viewer.Operator || c.Kind == viewer.System
	switch {
	case !unscoped && !mayTry(e, c, o):
		return denied
	case o.letter != "c":
		return rowCount(visible(e, c, o, unscoped))
	case !unscoped && !atHome(e, c, o.place):
		return denied
	case o.mixed && e.refers, e.once:
		return refused
	}
	return created
}

// mayTry says whether a caller may do such a thing at all.
func mayTry(e entity, c caller, o operation) bool {
	scope := e.write
	if o.letter == "r" {
		scope = e.read
	}
	switch {
	case c.anonymous, c.places == 0, strings.Contains(e.operatorOps, o.letter):
		return false
	case c.Kind == viewer.DirectoryKey:
		return strings.Contains(e.keyOps, o.letter) && !(c.ReadOnly && scope == viewer.ScopeWrite)
	case (o.strong || e.strong && o.letter != "r") && !c.holds(e.strongestScopes()), e.gives && o.letter == "c" && !c.holds([]viewer.Scope{viewer.ScopeRead}):
		return false
	case o.letter != "r" && len(c.Directories) > 0 && (e.companys || o.letter == "c" && e.administered && o.place.directory != c.Directories[0]):
		return false
	case o.letter == "c" && len(c.Directories) > 0 && e.table == "directories":
		return false
	case o.letter == "c" && (e.ownCreate || c.onlyOwn(e, o)):
		return c.Kind == viewer.Account && o.place.account == c.AccountID
	case c.onlyOwn(e, o):
		return true
	case o.letter == "r":
		return c.mayRead(scope)
	}
	return scope == viewer.ScopeAny || slices.Contains(c.Scopes, scope)
}

func (c caller) holds(scopes []viewer.Scope) bool {
	return !slices.ContainsFunc(scopes, func(s viewer.Scope) bool { return !slices.Contains(c.Scopes, s) })
}

func (e entity) strongestScopes() []viewer.Scope {
	if e.strongest != nil {
		return e.strongest
	}
	return []viewer.Scope{viewer.ScopeRead, viewer.ScopeWrite}
}

func atHome(e entity, c caller, p place) bool {
	return p.company == c.CompanyID && (c.Kind != viewer.DirectoryKey || !e.ofDirectory || p.directory == c.DirectoryID)
}

// mayRead tells of the scopes of a caller what the rules do, in its own words.
func (c caller) mayRead(s viewer.Scope) bool {
	audited := s == viewer.ScopeKeys || s == viewer.ScopeRecords || s == viewer.ScopeAccounts
	return s == viewer.ScopeAny || c.holds([]viewer.Scope{s}) || audited && c.holds([]viewer.Scope{viewer.ScopeAudit})
}

// onlyOwn tells whether a caller has to do with its own row alone.
func (c caller) onlyOwn(e entity, o operation) bool {
	switch {
	case c.Kind != viewer.Account || !strings.Contains(e.own, o.letter):
		return false
	case o.letter == "r":
		return !c.mayRead(e.read)
	}
	return !c.holds([]viewer.Scope{e.write})
}

// visible is how many rows a caller has.
func visible(e entity, c caller, o operation, unscoped bool) int {
	inDirectory, inCompany := rows(e.table)
	if o.letter == "r" && !unscoped && !c.mayRead(viewer.ScopeKeys) {
		inDirectory -= e.ofKeys
	}
	switch {
	case !unscoped && c.onlyOwn(e, o):
		return 1
	case o.letter != "r" && !unscoped && e.table == "accounts" && c.Kind != viewer.DirectoryKey && !c.holds([]viewer.Scope{viewer.ScopeRead}):
		return 0 // of nobody may it take the role
	case o.letter != "r" && e.administered && len(c.Directories) > 0:
		return inDirectory
	case unscoped:
		return (ourPlaces+theirPlaces)*inDirectory + 2*inCompany
	case c.Kind == viewer.DirectoryKey && e.ofDirectory:
		return inDirectory
	}
	return c.places*inDirectory + inCompany
}

func TestEveryEntityIsTried(t *testing.T) {
	t.Parallel()
	for _, table := range migrate.Tables {
		if !slices.ContainsFunc(entities, func(e entity) bool { return e.table == table.Name }) {
			t.Errorf("the entity of table %s is not in the list of these tests", table.Name)
		}
	}
}

// Every caller tries everything with every entity.
func TestRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		tried := 0
		for _, e := range entities {
			for _, c := range w.callers() {
				for _, o := range w.operations(e) {
					tried++
					if got := w.try(c.context(t.Context()), e, o); got != want(e, c, o) {
						t.Errorf("%s: %s: %s: %s, want %s", e.table, c.name, o.name, got, want(e, c, o))
					}
				}
			}
		}
		t.Logf("%d tries", tried)
	})
}
