package limits

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/internal/apierror"
)

// walk measures a parsed, not yet validated document. Fragments may form a
// cycle or a doubling chain there, so each is measured once and its measure
// reused: the number of nodes visited is that of the text, not of what the text
// expands to.
type walk struct {
	limits     Limits
	doc        *ast.QueryDocument
	fragments  map[string]*ast.FragmentDefinition
	measured   map[string]measure
	open       map[string]bool
	directives int
	visited    int
}

// measure is the size of a selection set with its fragments spread. Counts
// saturate just above their limit, so doubling fragments cannot overflow them.
type measure struct {
	fields, aliases, depth, root int
}

// add puts another selection beside m.
func (m *measure) add(o measure) {
	const enough = 1 << 20
	m.fields = min(m.fields+o.fields, enough)
	m.aliases = min(m.aliases+o.aliases, enough)
	m.root = min(m.root+o.root, enough)
	m.depth = max(m.depth, o.depth)
}

func newWalk(limits Limits, doc *ast.QueryDocument) *walk {
	return &walk{
		limits:    limits,
		doc:       doc,
		fragments: make(map[string]*ast.FragmentDefinition, len(doc.Fragments)),
		measured:  map[string]measure{},
		open:      map[string]bool{},
	}
}

// document refuses what no operation may be, and what would make validation
// slow even in a fragment that no operation uses.
func (w *walk) document() *apierror.Error {
	for _, f := range w.doc.Fragments {
		if _, ok := w.fragments[f.Name]; ok {
			return apierror.Errorf(CodeValidationFailed, "", "there are two fragments %q", f.Name)
		}
		w.fragments[f.Name] = f
	}
	for _, f := range w.doc.Fragments {
		m, r := w.spread(f.Name)
		if r == nil {
			r = w.judge(m, w.limits.Fields)
		}
		if r != nil {
			return r
		}
	}
	for _, op := range w.doc.Operations {
		if r := w.operation(op); r != nil {
			return r
		}
	}
	return nil
}

func (w *walk) operation(op *ast.OperationDefinition) *apierror.Error {
	dirs := op.Directives
	for _, v := range op.VariableDefinitions {
		dirs = append(dirs, v.Directives...)
	}
	m, r := w.set(dirs, op.SelectionSet)
	if r != nil {
		return r
	}
	return w.judge(m, w.limits.RootFields)
}

func (w *walk) judge(m measure, root int) *apierror.Error {
	for _, c := range []struct {
		what       string
		got, limit int
	}{
		{"root fields", m.root, root},
		{"fields", m.fields, w.limits.Fields},
		{"aliases", m.aliases, w.limits.Aliases},
		{"levels", m.depth, w.limits.Depth},
	} {
		if c.got > c.limit {
			return apierror.Errorf(apierror.Limit, "", "the operation has more than %d %s", c.limit, c.what)
		}
	}
	return nil
}

// set measures a selection set and counts the directives of what carries it.
func (w *walk) set(dirs ast.DirectiveList, set ast.SelectionSet) (measure, *apierror.Error) {
	var m measure
	if r := w.direct(dirs); r != nil {
		return m, r
	}
	if r := w.repeats(set); r != nil {
		return m, r
	}
	for _, sel := range set {
		w.visited++
		one, r := w.selection(sel)
		if r != nil {
			return m, r
		}
		m.add(one)
	}
	return m, nil
}

func (w *walk) selection(sel ast.Selection) (measure, *apierror.Error) {
	switch s := sel.(type) {
	case *ast.Field:
		return w.field(s)
	case *ast.InlineFragment:
		return w.set(s.Directives, s.SelectionSet)
	case *ast.FragmentSpread:
		if r := w.direct(s.Directives); r != nil {
			return measure{}, r
		}
		return w.spread(s.Name)
	}
	return measure{}, apierror.Errorf(CodeParseFailed, "", "unknown kind of selection")
}

func (w *walk) field(f *ast.Field) (measure, *apierror.Error) {
	m, r := w.set(f.Directives, f.SelectionSet)
	m.fields++
	m.depth++
	m.root = 1
	if f.Alias != f.Name {
		m.aliases++
	}
	return m, r
}

// spread measures a fragment the first time it is met. A name that is not
// defined is left to validation, which says so.
func (w *walk) spread(name string) (measure, *apierror.Error) {
	if m, ok := w.measured[name]; ok {
		return m, nil
	}
	f, ok := w.fragments[name]
	if !ok {
		return measure{}, nil
	}
	if w.open[name] {
		return measure{}, apierror.Errorf(CodeValidationFailed, "", "fragment %q spreads itself", name)
	}
	w.open[name] = true
	m, r := w.set(f.Directives, f.SelectionSet)
	delete(w.open, name)
	w.measured[name] = m
	return m, r
}

// repeats refuses the same response name again and again in one selection set:
// it changes nothing in the answer, and validation compares each with each.
func (w *walk) repeats(set ast.SelectionSet) *apierror.Error {
	if len(set) <= w.limits.Repeats {
		return nil
	}
	seen := make(map[string]int, len(set))
	for _, sel := range set {
		f, ok := sel.(*ast.Field)
		if !ok {
			continue
		}
		if seen[f.Alias]++; seen[f.Alias] > w.limits.Repeats {
			return apierror.Errorf(apierror.Limit, "", "field %q is repeated more than %d times", f.Alias, w.limits.Repeats)
		}
	}
	return nil
}

func (w *walk) direct(dirs ast.DirectiveList) *apierror.Error {
	w.directives += len(dirs)
	if w.directives > w.limits.Directives {
		return apierror.Errorf(apierror.Limit, "", "the document has more than %d directives", w.limits.Directives)
	}
	for _, d := range dirs {
		// gqlparser knows them, but our transports send one answer per
		// operation: what is deferred would never arrive.
		if d.Name == "defer" || d.Name == "stream" {
			return apierror.Errorf(CodeValidationFailed, "", "@%s is not supported", d.Name)
		}
	}
	return nil
}
