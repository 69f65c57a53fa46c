package tenantguard

import (
	"slices"
	"strings"
)

// plan is the analysis of a statement's text: which binds must be the viewer's.
type plan struct {
	table        string // a company table the statement mentions, "" if none
	reason       string // why every tenant is refused, or ""
	requirements []requirement
}

// requirement is a table of companies that a statement touches. Each alternative
// lists binds that all equal the company or directory of every row touched.
type requirement struct {
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

// edge says that a column equals binds or another column.
type edge struct {
	binds []int
	to    node
}

// compile makes the plan of a statement. tables has its keys in lower case.
func compile(tables map[string]Table, query string) *plan {
	tokens, err := tokenize(query)
	if err != nil {
		return &plan{table: tableIn(tables, query), reason: err.Error()}
	}
	p := &parser{tables: tables, tokens: tokens, used: make([]bool, len(tokens))}
	table := p.mentioned(func(int) bool { return true })
	if table == "" || p.defines() {
		return &plan{}
	}
	if err := p.analyze(); err != nil {
		return &plan{table: table, reason: err.Error()}
	}
	if stray := p.mentioned(p.stray); stray != "" {
		return &plan{table: stray, reason: "the table is named where none is expected"}
	}
	return p.plan(table)
}

// tableIn returns a table of companies whose name occurs anywhere in a text.
func tableIn(tables map[string]Table, query string) string {
	query = strings.ToLower(query)
	for name := range tables {
		if strings.Contains(query, name) {
			return name
		}
	}
	return ""
}

// mentioned returns the first table of companies that a token names for which
// fits holds.
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

// stray reports whether the identifier at i may be a table that the parser
// missed: it was not read as a name and is no part of a qualified column.
func (p *parser) stray(i int) bool {
	return !p.used[i] && !p.is(i-1, ".") && !p.is(i+1, ".")
}

// defines reports whether a statement defines or administers tables, without
// reading or writing rows.
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

// plan makes the requirements of a statement that was read.
func (p *parser) plan(table string) *plan {
	out := &plan{table: table}
	edges := p.edges()
	for _, s := range p.scopes {
		for _, it := range s.items {
			if it.table != "" {
				out.requirements = append(out.requirements, p.requirement(edges, it))
			}
		}
	}
	for _, set := range p.sets {
		n, unchanged := p.assignedRequirement(set)
		if unchanged {
			continue
		}
		if n.company == nil && n.directory == nil {
			return &plan{table: set.item.table, reason: "a row is moved to where it cannot be checked"}
		}
		out.requirements = append(out.requirements, n)
	}
	return out
}

func (p *parser) requirement(edges map[node][]edge, it *item) requirement {
	t := p.tables[it.table]
	n := requirement{table: it.table, directories: t.Directory != "", inserted: slices.Contains(p.rows, it)}
	if t.Company != "" {
		n.company = bound(edges, node{it, t.Company}, map[node]bool{})
	}
	if t.Directory != "" {
		n.directory = bound(edges, node{it, t.Directory}, map[node]bool{})
	}
	return n
}

// assignedRequirement returns the requirement of an assignment to a tenant
// column. unchanged means that the column keeps its value, or takes that of the
// new row, which has a requirement of its own.
func (p *parser) assignedRequirement(a assignment) (n requirement, unchanged bool) {
	t := p.tables[a.item.table]
	if bind, next, ok := p.bind(a.value.from); ok && next == a.value.to {
		if a.name == t.Directory {
			return requirement{table: a.item.table, inserted: true, directories: true, directory: [][]int{{bind}}}, false
		}
		return requirement{table: a.item.table, inserted: true, company: [][]int{{bind}}}, false
	}
	c, next, ok := p.column(a.value.from)
	if !ok || next != a.value.to || c.name != a.name {
		return requirement{}, false
	}
	it := resolve(a.item.scope, c)
	return requirement{}, it == a.item || it != nil && slices.Contains(p.rows, it)
}

// edges resolves the columns of the equalities.
func (p *parser) edges() map[node][]edge {
	edges := map[node][]edge{}
	for _, f := range p.equalities {
		left := resolve(f.scope, f.left)
		if left == nil {
			continue
		}
		from := node{left, f.left.name}
		if len(f.binds) > 0 {
			if slices.Contains(f.about, left) {
				edges[from] = append(edges[from], edge{binds: f.binds})
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

// resolve returns the item that a column belongs to. It resolves an unqualified
// column only where the scope has a single item.
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

// bound returns the binds that a column equals, directly or through other
// columns.
func bound(edges map[node][]edge, n node, seen map[node]bool) [][]int {
	if seen[n] {
		return nil
	}
	seen[n] = true
	var found [][]int
	for _, e := range edges[n] {
		if len(e.binds) > 0 {
			found = append(found, e.binds)
		} else {
			found = append(found, bound(edges, e.to, seen)...)
		}
	}
	return found
}
