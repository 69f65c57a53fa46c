package tenantguard

import (
	"slices"
	"strings"
)

// plan is what a statement's text alone tells: which of its arguments have to
// be the viewer's.
type plan struct {
	table  string // a company table the statement mentions, "" if none
	reason string // why nobody may run it, if so
	needs  []need
}

// need is a company table that a statement touches. Each alternative lists
// arguments that all stand for the company or directory of every row touched.
type need struct {
	table       string
	inserted    bool // else found
	directories bool // whether the table has a directory column
	company     [][]int
	directory   [][]int
}

// node is a column of an item.
type node struct {
	item *item
	name string
}

// edge ties a column to arguments or to another column.
type edge struct {
	args []int
	to   node
}

// compile makes the plan of a statement. tables has its keys in lower case.
func compile(tables map[string]Table, query string) *plan {
	tokens, err := tokenize(query)
	if err != nil {
		return &plan{table: within(tables, query), reason: err.Error()}
	}
	p := &parser{tables: tables, tokens: tokens, used: make([]bool, len(tokens))}
	table := p.mentioned(func(int) bool { return true })
	if table == "" || p.defines() {
		return &plan{}
	}
	if err := p.analyse(); err != nil {
		return &plan{table: table, reason: err.Error()}
	}
	if stray := p.mentioned(p.stray); stray != "" {
		return &plan{table: stray, reason: "the table is named where none is expected"}
	}
	return p.plan(table)
}

// within is a company table whose name occurs anywhere in a text.
func within(tables map[string]Table, query string) string {
	query = strings.ToLower(query)
	for name := range tables {
		if strings.Contains(query, name) {
			return name
		}
	}
	return ""
}

// mentioned is the first company table named by a token that fits.
func (p *parser) mentioned(fits func(i int) bool) string {
	for i, t := range p.tokens {
		if t.kind != word && t.kind != quoted {
			continue
		}
		if _, ok := p.tables[t.text]; ok && fits(i) {
			return t.text
		}
	}
	return ""
}

// stray tells whether the identifier at i may be a table the parser missed: it
// is neither read as a name nor part of a qualified column.
func (p *parser) stray(i int) bool {
	return !p.used[i] && !p.is(i-1, ".") && !p.is(i+1, ".")
}

// defines tells whether a statement only defines or administers: it reads and
// writes no rows.
func (p *parser) defines() bool {
	if !p.is(0, "create", "alter", "drop", "comment", "reindex", "analyze", "vacuum", "pragma",
		"begin", "commit", "rollback", "savepoint", "release", "set", "show") {
		return false
	}
	for i := range p.tokens {
		if p.is(i, "select") || p.is(i, "as") && p.is(i+1, "table", "execute") || p.is(i, ";") && i < len(p.tokens)-1 {
			return false
		}
	}
	return true
}

// plan turns what was read into what has to hold.
func (p *parser) plan(table string) *plan {
	out := &plan{table: table}
	edges := p.edges()
	for _, s := range p.scopes {
		for _, it := range s.items {
			if it.table != "" {
				out.needs = append(out.needs, p.need(edges, it))
			}
		}
	}
	for _, set := range p.sets {
		n, keeps := p.assigned(set)
		if keeps {
			continue
		}
		if n.company == nil && n.directory == nil {
			return &plan{table: set.item.table, reason: "a row is moved to where it cannot be checked"}
		}
		out.needs = append(out.needs, n)
	}
	return out
}

func (p *parser) need(edges map[node][]edge, it *item) need {
	t := p.tables[it.table]
	n := need{table: it.table, directories: t.Directory != "", inserted: slices.Contains(p.rows, it)}
	if t.Company != "" {
		n.company = bound(edges, node{it, t.Company}, map[node]bool{})
	}
	if t.Directory != "" {
		n.directory = bound(edges, node{it, t.Directory}, map[node]bool{})
	}
	return n
}

// assigned is what an assignment to a tenant column needs; keeps tells that it
// leaves the column, or takes it from the new row, which is checked itself.
func (p *parser) assigned(a assignment) (n need, keeps bool) {
	t := p.tables[a.item.table]
	if arg, next, ok := p.argument(a.value.from); ok && next == a.value.to {
		if a.name == t.Directory {
			return need{table: a.item.table, inserted: true, directories: true, directory: [][]int{{arg}}}, false
		}
		return need{table: a.item.table, inserted: true, company: [][]int{{arg}}}, false
	}
	c, next, ok := p.column(a.value.from)
	if !ok || next != a.value.to || c.name != a.name {
		return need{}, false
	}
	it := resolve(a.item.scope, c)
	return need{}, it == a.item || it != nil && slices.Contains(p.rows, it)
}

// edges resolves the facts.
func (p *parser) edges() map[node][]edge {
	edges := map[node][]edge{}
	for _, f := range p.facts {
		left := resolve(f.scope, f.left)
		if left == nil {
			continue
		}
		from := node{left, f.left.name}
		if len(f.args) > 0 {
			if slices.Contains(f.about, left) {
				edges[from] = append(edges[from], edge{args: f.args})
			}
			continue
		}
		source := f.scope
		if f.source != nil {
			source = f.source
		}
		right := resolve(source, f.right)
		if right == nil {
			continue
		}
		to := node{right, f.right.name}
		if slices.Contains(f.about, left) {
			edges[from] = append(edges[from], edge{to: to})
		}
		if slices.Contains(f.about, right) {
			edges[to] = append(edges[to], edge{to: from})
		}
	}
	return edges
}

// resolve finds the item a column belongs to. An unqualified column is resolved
// only where there is one item it can belong to.
func resolve(s *scope, c column) *item {
	if c.ref == "" {
		if len(s.items) == 1 {
			return s.items[0]
		}
		return nil
	}
	for ; s != nil; s = s.parent {
		for _, it := range s.items {
			if it.ref == c.ref {
				return it
			}
		}
	}
	return nil
}

// bound lists the arguments a column equals, directly or through other columns.
func bound(edges map[node][]edge, n node, seen map[node]bool) [][]int {
	if seen[n] {
		return nil
	}
	seen[n] = true
	var found [][]int
	for _, e := range edges[n] {
		if len(e.args) > 0 {
			found = append(found, e.args)
		} else {
			found = append(found, bound(edges, e.to, seen)...)
		}
	}
	return found
}
