package limits

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/internal/apierror"
)

// documentAnalyzer computes the size of a parsed document before it is validated.
// Its fragments may form a cycle or a chain that doubles, so the size of each is
// computed once: the number of visited nodes is that of the text and not that of
// its expansion.
type documentAnalyzer struct {
	limits     Limits
	doc        *ast.QueryDocument
	fragments  map[string]*ast.FragmentDefinition
	sizes      map[string]selectionSize
	spreading  map[string]bool
	directives int
	visited    int
}

// selectionSize is the size of a selection set with its fragments spread. The
// counts saturate above their limits, so that doubling fragments cannot overflow
// them.
type selectionSize struct {
	fields, aliases, depth, root int
}

// add adds the size of another selection.
func (m *selectionSize) add(o selectionSize) {
	const enough = 1 << 20
	m.fields = min(m.fields+o.fields, enough)
	m.aliases = min(m.aliases+o.aliases, enough)
	m.root = min(m.root+o.root, enough)
	m.depth = max(m.depth, o.depth)
}

func newDocumentAnalyzer(limits Limits, doc *ast.QueryDocument) *documentAnalyzer {
	return &documentAnalyzer{
		limits:    limits,
		doc:       doc,
		fragments: make(map[string]*ast.FragmentDefinition, len(doc.Fragments)),
		sizes:     map[string]selectionSize{},
		spreading: map[string]bool{},
	}
}

// document checks the operations, and the fragments too, since a fragment that no
// operation uses can make validation slow.
func (w *documentAnalyzer) document() *apierror.Error {
	for _, f := range w.doc.Fragments {
		if _, ok := w.fragments[f.Name]; ok {
			return apierror.Errorf(CodeValidationFailed, "", "there are two fragments %q", f.Name)
		}
		w.fragments[f.Name] = f
	}
	for _, f := range w.doc.Fragments {
		m, r := w.spread(f.Name)
		if r == nil {
			r = w.checkSize(m, w.limits.Fields)
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

func (w *documentAnalyzer) operation(op *ast.OperationDefinition) *apierror.Error {
	dirs := op.Directives
	for _, v := range op.VariableDefinitions {
		dirs = append(dirs, v.Directives...)
	}
	m, r := w.selectionSet(dirs, op.SelectionSet)
	if r != nil {
		return r
	}
	return w.checkSize(m, w.limits.RootFields)
}

func (w *documentAnalyzer) checkSize(m selectionSize, root int) *apierror.Error {
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

// selectionSet computes the size of a selection set. It counts dirs, the directives
// of its parent.
func (w *documentAnalyzer) selectionSet(dirs ast.DirectiveList, set ast.SelectionSet) (selectionSize, *apierror.Error) {
	var m selectionSize
	if r := w.checkDirectives(dirs); r != nil {
		return m, r
	}
	if r := w.checkRepeats(set); r != nil {
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

func (w *documentAnalyzer) selection(sel ast.Selection) (selectionSize, *apierror.Error) {
	switch s := sel.(type) {
	case *ast.Field:
		return w.field(s)
	case *ast.InlineFragment:
		return w.selectionSet(s.Directives, s.SelectionSet)
	case *ast.FragmentSpread:
		if r := w.checkDirectives(s.Directives); r != nil {
			return selectionSize{}, r
		}
		return w.spread(s.Name)
	}
	return selectionSize{}, apierror.Errorf(CodeParseFailed, "", "unknown kind of selection")
}

func (w *documentAnalyzer) field(f *ast.Field) (selectionSize, *apierror.Error) {
	m, r := w.selectionSet(f.Directives, f.SelectionSet)
	m.fields++
	m.depth++
	m.root = 1
	if f.Alias != f.Name {
		m.aliases++
	}
	return m, r
}

// spread computes the size of a fragment at its first spread. An undefined name is
// left to validation, which reports it.
func (w *documentAnalyzer) spread(name string) (selectionSize, *apierror.Error) {
	if m, ok := w.sizes[name]; ok {
		return m, nil
	}
	f, ok := w.fragments[name]
	if !ok {
		return selectionSize{}, nil
	}
	if w.spreading[name] {
		return selectionSize{}, apierror.Errorf(CodeValidationFailed, "", "fragment %q spreads itself", name)
	}
	w.spreading[name] = true
	m, r := w.selectionSet(f.Directives, f.SelectionSet)
	delete(w.spreading, name)
	w.sizes[name] = m
	return m, r
}

// checkRepeats refuses many repetitions of a response name in one selection set:
// they do not change the answer, and validation compares each with each.
func (w *documentAnalyzer) checkRepeats(set ast.SelectionSet) *apierror.Error {
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

func (w *documentAnalyzer) checkDirectives(dirs ast.DirectiveList) *apierror.Error {
	w.directives += len(dirs)
	if w.directives > w.limits.Directives {
		return apierror.Errorf(apierror.Limit, "", "the document has more than %d directives", w.limits.Directives)
	}
	for _, d := range dirs {
		// gqlparser knows these, but the transports send one answer for each
		// operation, so deferred parts would never arrive.
		if d.Name == "defer" || d.Name == "stream" {
			return apierror.Errorf(CodeValidationFailed, "", "@%s is not supported", d.Name)
		}
	}
	return nil
}
