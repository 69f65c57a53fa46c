package tenantguard

import (
	"strings"
	"sync"
)

// Table names the columns that say whose a row is. Company of the table of
// companies is its primary key.
type Table struct {
	Company   string
	Directory string // "" if rows belong to no directory
}

// Tenant is the viewer of a statement. CompanyID and DirectoryID are UUIDs; a
// viewer that is not bound to a directory has the zero DirectoryID.
type Tenant struct {
	CompanyID   [16]byte
	DirectoryID [16]byte
	Known       bool // whether there is a viewer
	Exempt      bool // runs for no one company, such as a migration
}

// Violation is the error of a refused statement. It has no bound values.
type Violation struct {
	Table  string
	Reason string
}

func (v *Violation) Error() string { return "tenant guard: table " + v.Table + ": " + v.Reason }

// These bound a generation of cached plans, in number and in bytes of texts.
const (
	generationPlans = 2048
	generationBytes = 4 << 20
)

// Guard checks statements. Safe for concurrent use.
type Guard struct {
	tables map[string]Table

	mu            sync.RWMutex
	recent, older map[string]*plan
	bytes         int
}

// New returns a guard of these tables, by name. Names are compared without case:
// both databases fold them.
func New(tables map[string]Table) *Guard {
	w := &Guard{tables: make(map[string]Table, len(tables)), recent: map[string]*plan{}}
	for name, t := range tables {
		w.tables[strings.ToLower(name)] = Table{Company: strings.ToLower(t.Company), Directory: strings.ToLower(t.Directory)}
	}
	return w
}

// Check returns a *Violation if the tenant may not run the statement with these
// arguments.
func (w *Guard) Check(query string, args []any, t Tenant) error {
	if t.Exempt {
		return nil
	}
	p := w.plan(query)
	if p.table == "" {
		return nil
	}
	if !t.Known {
		return &Violation{p.table, "there is no viewer"}
	}
	if p.reason != "" {
		return &Violation{p.table, p.reason}
	}
	for i := range p.requirements {
		if reason := p.requirements[i].unmet(args, t); reason != "" {
			return &Violation{p.requirements[i].table, reason}
		}
	}
	return nil
}

// unmet says why a statement does not meet a requirement, or "". The viewer of a
// directory must bind the directory where rows have one. The viewer of a company
// must bind the company, since a directory that it names may be another
// company's. An inserted row must be the viewer's in both columns.
func (n *requirement) unmet(args []any, t Tenant) string {
	byDirectory := n.directories && t.DirectoryID != [16]byte{}
	alternatives, id, reason := n.company, &t.CompanyID, "the company is not bound"
	if byDirectory {
		alternatives, id, reason = n.directory, &t.DirectoryID, "the directory is not bound"
	}
	if len(alternatives) == 0 {
		return reason
	}
	if !anyEquals(alternatives, args, id) {
		return "the value bound is not the viewer's"
	}
	if byDirectory && n.inserted && len(n.company) > 0 && !anyEquals(n.company, args, &t.CompanyID) {
		return "the company inserted is not the viewer's"
	}
	return ""
}

// anyEquals reports whether all binds of one alternative are the id.
func anyEquals(alternatives [][]int, args []any, id *[16]byte) bool {
	if *id == ([16]byte{}) {
		return false
	}
next:
	for _, a := range alternatives {
		for _, i := range a {
			if i >= len(args) || !equalsID(args[i], id) {
				continue next
			}
		}
		return true
	}
	return false
}

func (w *Guard) plan(query string) *plan {
	w.mu.RLock()
	p, ok := w.recent[query]
	w.mu.RUnlock()
	if ok {
		return p
	}
	w.mu.Lock()
	p, ok = w.older[query]
	w.mu.Unlock()
	if !ok {
		p = compile(w.tables, query)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.add(query, p)
	return p
}

// add caches a plan. If the recent generation is full it drops the older one.
func (w *Guard) add(query string, p *plan) {
	if len(w.recent) >= generationPlans || w.bytes+len(query) > generationBytes {
		w.recent, w.older, w.bytes = map[string]*plan{}, w.recent, 0
	}
	w.recent[query] = p
	w.bytes += len(query)
}
