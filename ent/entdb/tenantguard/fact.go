package tenantguard

// column is a column as a statement names it.
type column struct{ ref, name string }

// fact is an equality that holds for every row: a column equals each of some
// arguments, or another column. It says something about the items in about
// only; others it takes as they are.
type fact struct {
	scope  *scope
	about  []*item
	left   column
	right  column // when args is empty
	source *scope // where right is looked up, if not in scope
	args   []int
}

// conjuncts collects the facts of a condition: those that hold whenever it
// does. What is under OR or NOT, or compared in any other way, is none.
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
		p.facts = append(p.facts, f)
	}
}

// ands cuts a condition at its ANDs; ok is false if it has an OR. The AND of a
// BETWEEN does not count, nor what is inside CASE or parentheses.
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

// equality reads "column = argument", "argument = column", "column = column"
// and "column IN (arguments)", and nothing else.
func (p *parser) equality(s span) (fact, bool) {
	if arg, i, ok := p.argument(s.from); ok {
		c, j, ok := p.column(i + 1)
		return fact{left: c, args: []int{arg}}, ok && p.is(i, "=") && j == s.to
	}
	c, i, ok := p.column(s.from)
	if !ok {
		return fact{}, false
	}
	if p.is(i, "in") && p.is(i+1, "(") && p.close[i+1] == s.to-1 {
		return p.list(c, span{i + 2, s.to - 1})
	}
	if !p.is(i, "=") {
		return fact{}, false
	}
	if arg, j, ok := p.argument(i + 1); ok {
		return fact{left: c, args: []int{arg}}, j == s.to
	}
	other, j, ok := p.column(i + 1)
	return fact{left: c, right: other}, ok && j == s.to
}

func (p *parser) list(c column, s span) (fact, bool) {
	f := fact{left: c}
	for _, part := range p.split(s) {
		arg, i, ok := p.argument(part.from)
		if !ok || i != part.to {
			return fact{}, false
		}
		f.args = append(f.args, arg)
	}
	return f, true
}

// argument reads a parameter, which may be cast to a type.
func (p *parser) argument(i int) (arg, next int, ok bool) {
	t := p.token(i)
	if t.kind != param {
		return 0, i, false
	}
	i++
	if p.is(i, ":") && p.is(i+1, ":") && p.token(i+2).kind == word {
		i += 3
	}
	return t.arg, i, true
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
