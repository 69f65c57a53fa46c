package rule_test

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent"

	"github.com/feddir/feddir/ent/entdb/dbtest"
	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/viewer"
)

// policyOf returns all rules of an entity, those of its traits first.
func policyOf(t *testing.T, e entity) privacy.Policy {
	t.Helper()
	var all privacy.Policy
	add := func(p ent.Policy) {
		if p == nil {
			return
		}
		rules, ok := p.(privacy.Policy)
		if !ok {
			t.Fatalf("%s has a policy of type %T, whose rules cannot be taken apart", e.table, p)
		}
		all.Query = append(all.Query, rules.Query...)
		all.Mutation = append(all.Mutation, rules.Mutation...)
	}
	for _, trait := range e.schema.Mixin() {
		add(trait.Policy())
	}
	add(e.schema.Policy())
	return all
}

// trial tries everything with one entity while some of its rules are gone.
// Rules are counted through the queries' and on through the mutations'.
type trial struct {
	w       *world
	e       entity
	rules   privacy.Policy
	results map[uint64]map[string]string // by the set of rules that are gone
}

func (r *trial) size() int { return len(r.rules.Query) + len(r.rules.Mutation) }

// without returns what comes of everything without the rules of a set.
func (r *trial) without(t *testing.T, set uint64) map[string]string {
	t.Helper()
	if found, ok := r.results[set]; ok {
		return found
	}
	kept := privacy.Policy{}
	for i, rule := range r.rules.Query {
		if set>>i&1 == 0 {
			kept.Query = append(kept.Query, rule)
		}
	}
	for i, rule := range r.rules.Mutation {
		if set>>(i+len(r.rules.Query))&1 == 0 {
			kept.Mutation = append(kept.Mutation, rule)
		}
	}
	whole := *r.e.policy
	*r.e.policy = kept
	defer func() { *r.e.policy = whole }()
	queries := set&(1<<len(r.rules.Query)-1) != 0
	found := make(map[string]string)
	for _, c := range r.w.callers() {
		for _, o := range r.w.operations(r.e) {
			if set != 0 && queries != (o.letter == "r") {
				continue // rules of the other kind are gone
			}
			got := r.w.try(c.context(t.Context()), r.e, o)
			found[c.name+": "+o.name] = got
			if crosses(r.e, c, o, got) {
				t.Errorf("%s: without the rules %b: %s: %s: %s", r.e.table, set, c.name, o.name, got)
			}
		}
	}
	r.results[set] = found
	return found
}

func upTo(n int) (counts []string) {
	for i := range n + 1 {
		counts = append(counts, rowCount(i))
	}
	return counts
}

// crosses says whether a caller got at what is another company's or directory's.
func crosses(e entity, c caller, o operation, got string) bool {
	e.ofKeys = 0 // they are the caller's own
	switch {
	case c.Kind == viewer.Operator, c.Kind == viewer.System, got == denied, got == guarded, got == refused:
		return false
	case got == created:
		return c.anonymous || !atHome(e, c, o.place)
	case strings.HasSuffix(got, " rows"):
		if inDirectory, inCompany := rows(e.table); c.Kind != viewer.DirectoryKey && slices.Contains(upTo(c.places*inDirectory+inCompany), got) && !c.anonymous {
			return false // less than all of its company: whose they are within, other tests see
		}
		few := e
		few.ofKeys = byTable(e.table).ofKeys
		return c.anonymous || c.places == 0 || got != rowCount(visible(e, c, o, false)) && got != rowCount(visible(few, c, o, false)) && got != rowCount(0)
	}
	return true // an error of no known kind
}

// effect says how the loss of a rule shows beside the loss of others: in
// nothing, at the tenant guard, or in what the tests of the rules see.
func (r *trial) effect(t *testing.T, rule int, others uint64) string {
	t.Helper()
	with, without := r.without(t, others), r.without(t, others|1<<rule)
	var seen string
	for try, got := range without {
		if before, ok := with[try]; !ok || got == before {
			continue
		}
		if got == guarded {
			return "the tenant guard"
		}
		seen = "the tests"
	}
	return seen
}

// Whichever rule is taken away, somebody notices, and nobody gets at what is
// not theirs: the tenant guard stands below. Where another rule denies the same, the
// rule is shown to count once that one is gone too.
//
// The test is not parallel: it changes the policies of the program.
func TestNoRuleIsLostUnnoticed(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, url(t))
			noticed := make(map[string]int)
			for _, e := range entities {
				r := &trial{w: w, e: e, rules: policyOf(t, e), results: make(map[uint64]map[string]string)}
				var idle []int
				for rule := range r.size() {
					by := r.effect(t, rule, 0)
					if by == "" && name == "sqlite" { // the search is long, and what rules hide is the same
						by = r.behind(t, rule)
					}
					if by == "" {
						idle = append(idle, rule)
					}
					noticed[by]++
				}
				if len(idle) != e.idleRules() && name == "sqlite" {
					t.Errorf("%s: nobody notices that the rules %d are gone, %d may be idle", e.table, idle, e.idleRules())
				}
			}
			t.Logf("the loss of a rule is noticed by: %v", noticed)
		})
	}
}

// idleRules counts the rules that ask for the scope that every viewer holds.
func (e entity) idleRules() (n int) {
	for _, s := range []viewer.Scope{e.read, e.write} {
		if s == viewer.ScopeAny {
			n++
		}
	}
	return n
}

// behind looks for up to three rules without which the loss of a rule shows.
func (r *trial) behind(t *testing.T, rule int) string {
	t.Helper()
	from, to := 0, len(r.rules.Query)
	if rule >= to {
		from, to = to, r.size()
	}
	var sets []uint64
	for i := from; i < to; i++ {
		for j := from; j <= i; j++ {
			for k := from; k <= j; k++ {
				sets = append(sets, 1<<i|1<<j|1<<k)
			}
		}
	}
	slices.SortFunc(sets, func(a, b uint64) int {
		return cmp.Or(bits.OnesCount64(a)-bits.OnesCount64(b), cmp.Compare(a, b))
	})
	for _, others := range sets {
		if others>>rule&1 == 0 && r.effect(t, rule, others) != "" {
			return "the tests, once another rule is gone"
		}
	}
	return ""
}
