package tenantguard

// column is a column as a statement names it.
type column struct{ ref, name string }

// equality holds for every row of the items in about: a column equals one of some
// binds, or another column.
type equality struct {
	scope  *scope
	about  []*item
	left   column
	right  column // when args is empty
	source *scope // where right is looked up, if not in scope
	binds  []int
}

// conjuncts collects the equalities that hold whenever a condition does. It
// ignores those under OR or NOT, and other comparisons.
func (p *parser) conjuncts(s span, in *scope, about []*item) {
	for p.is(s.from, "(") && p.close[s.from] == s.to-1 && s.from < s.to {
		s = span{s.from + 1, s.to - 1}
	}
	parts, ok := p.ands(s)
	if !ok {
		return
	}
	if len(parts) > 1 {
		for _, part := range parts {
			p.conjuncts(part, in, about)
		}
		return
	}
	if f, ok := p.equality(s); ok {
		f.scope, f.about = in, about
		p.equalities = append(p.equalities, f)
	}
}

// ands splits a condition at its ANDs; ok is false if it has an OR. It ignores the
// AND of BETWEEN, and those inside CASE or parentheses.
func (p *parser) ands(s span) (parts []span, ok bool) {
	start, cases, between := s.from, 0, false
	for i := s.from; i < s.to; i++ {
		switch {
		case p.is(i, "("):
			i = p.close[i]
		case p.is(i, "case"):
			cases++
		case p.is(i, "end"):
			cases--
		case cases > 0:
		case p.is(i, "or"):
			return nil, false
		case p.is(i, "between"):
			between = true
		case p.is(i, "and") && between:
			between = false
		case p.is(i, "and"):
			parts = append(parts, span{start, i})
			start = i + 1
		}
	}
	return append(parts, span{start, s.to}), true
}

// equality reads "column = bind", "bind = column", "column = column" and "column
// IN (binds)", and nothing else.
func (p *parser) equality(s span) (equality, bool) {
	if bind, i, ok := p.bind(s.from); ok {
		c, j, ok := p.column(i + 1)
		return equality{left: c, binds: []int{bind}}, ok && p.is(i, "=") && j == s.to
	}
	c, i, ok := p.column(s.from)
	if !ok {
		return equality{}, false
	}
	if p.is(i, "in") && p.is(i+1, "(") && p.close[i+1] == s.to-1 {
		return p.list(c, span{i + 2, s.to - 1})
	}
	if !p.is(i, "=") {
		return equality{}, false
	}
	if bind, j, ok := p.bind(i + 1); ok {
		return equality{left: c, binds: []int{bind}}, j == s.to
	}
	other, j, ok := p.column(i + 1)
	return equality{left: c, right: other}, ok && j == s.to
}

func (p *parser) list(c column, s span) (equality, bool) {
	f := equality{left: c}
	for _, part := range p.split(s) {
		bind, i, ok := p.bind(part.from)
		if !ok || i != part.to {
			return equality{}, false
		}
		f.binds = append(f.binds, bind)
	}
	return f, true
}

// bind reads a parameter, which may be cast to a type.
func (p *parser) bind(i int) (bind, next int, ok bool) {
	t := p.token(i)
	if t.kind != param {
		return 0, i, false
	}
	i++
	if p.is(i, ":") && p.is(i+1, ":") && p.token(i+2).kind == word {
		i += 3
	}
	return t.bind, i, true
}

// column reads a column, which may be qualified by its table and its schema.
func (p *parser) column(i int) (c column, next int, ok bool) {
	for {
		t := p.token(i)
		if t.kind != quoted && (t.kind != word || reserved[t.text]) {
			return c, i, false
		}
		c.ref, c.name = c.name, t.text
		if i++; !p.is(i, ".") {
			return c, i, true
		}
		i++
	}
}
