package tenantguard

import "sync"

// Table names the columns that say whose a row is. A table of companies itself
// has its key as Company.
type Table struct {
	Company   string
	Directory string // "" if rows belong to no directory
}

// Tenant is who runs a statement. CompanyID and DirectoryID are UUIDs; a viewer
// without a directory has the zero DirectoryID.
type Tenant struct {
	CompanyID   [16]byte
	DirectoryID [16]byte
	Known       bool // false: nobody is known to ask
	Exempt      bool // runs for no one company, such as a migration
}

// Violation is a statement that was not let through. It has no values of
// arguments.
type Violation struct {
	Table  string
	Reason string
}

func (v *Violation) Error() string { return "wall: table " + v.Table + ": " + v.Reason }

// The plans of a generation are bounded in number and in bytes of their texts.
const (
	generationPlans = 2048
	generationBytes = 4 << 20
)

// Wall checks statements. It is safe for concurrent use.
type Wall struct {
	tables map[string]Table

	mu            sync.RWMutex
	recent, older map[string]*plan
	bytes         int
}

// New makes a wall around the given tables, by name. Names do not depend on
// case: both databases fold them.
func New(tables map[string]Table) *Wall {
	w := &Wall{tables: make(map[string]Table, len(tables)), recent: map[string]*plan{}}
	for name, t := range tables {
		w.tables[fold(name)] = Table{Company: fold(t.Company), Directory: fold(t.Directory)}
	}
	return w
}

// Check returns a *Violation if the tenant may not run the statement with these
// arguments.
func (w *Wall) Check(query string, args []any, t Tenant) error {
	if t.Exempt {
		return nil
	}
	p := w.plan(query)
	if p.table == "" {
		return nil
	}
	if !t.Known {
		return &Violation{p.table, "nobody is known to ask"}
	}
	if p.reason != "" {
		return &Violation{p.table, p.reason}
	}
	for i := range p.needs {
		if reason := p.needs[i].unmet(args, t); reason != "" {
			return &Violation{p.needs[i].table, reason}
		}
	}
	return nil
}

// unmet tells what a need lacks. A directory's viewer needs the directory where
// rows have one; a company's viewer needs the company, since a directory he
// names is his only if its company is. A row inserted has to be the viewer's in
// every column it fills.
func (n *need) unmet(args []any, t Tenant) string {
	byDirectory := n.directories && t.DirectoryID != [16]byte{}
	alternatives, id, reason := n.company, &t.CompanyID, "the company is not bound"
	if byDirectory {
		alternatives, id, reason = n.directory, &t.DirectoryID, "the directory is not bound"
	}
	if len(alternatives) == 0 {
		return reason
	}
	if !anyIs(alternatives, args, id) {
		return "the value bound is not the viewer's"
	}
	if byDirectory && n.inserted && len(n.company) > 0 && !anyIs(n.company, args, &t.CompanyID) {
		return "the company inserted is not the viewer's"
	}
	return ""
}

// anyIs tells whether all arguments of one alternative are the given id.
func anyIs(alternatives [][]int, args []any, id *[16]byte) bool {
	if *id == ([16]byte{}) {
		return false
	}
next:
	for _, a := range alternatives {
		for _, i := range a {
			if i >= len(args) || !same(args[i], id) {
				continue next
			}
		}
		return true
	}
	return false
}

func (w *Wall) plan(query string) *plan {
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
	w.keep(query, p)
	return p
}

// keep forgets the older generation when the recent one is full.
func (w *Wall) keep(query string, p *plan) {
	if len(w.recent) >= generationPlans || w.bytes+len(query) > generationBytes {
		w.recent, w.older, w.bytes = map[string]*plan{}, w.recent, 0
	}
	w.recent[query] = p
	w.bytes += len(query)
}
