package tenantguard

// selection is one select: its scope and where each expression of its list is.
type selection struct {
	scope *scope
	list  []span
}

// span is a range of tokens.
type span struct{ from, to int }

// selection reads a select after its first keyword.
func (p *parser) selection(parent *scope) (*selection, error) {
	sel := &selection{scope: p.enter(parent)}
	_ = p.accept("all") || p.accept("distinct")
	start := p.at
	if err := p.walk(sel.scope, "from", "where", "group", "having", "window", "order", "limit", "offset", "fetch",
		"for", "union", "intersect", "except", "on", "returning"); err != nil {
		return nil, err
	}
	sel.list = p.split(span{start, p.at})
	if p.accept("from") {
		if err := p.from(sel.scope); err != nil {
			return nil, err
		}
	}
	if err := p.where(sel.scope); err != nil {
		return nil, err
	}
	return sel, p.walk(sel.scope, "union", "intersect", "except", "on", "returning", "for")
}

// where reads a condition every row has to meet.
func (p *parser) where(s *scope) error {
	if !p.accept("where") {
		return nil
	}
	start := p.at
	if err := p.walk(s, "group", "having", "window", "order", "limit", "offset", "fetch", "for",
		"union", "intersect", "except", "on", "returning"); err != nil {
		return err
	}
	p.conjuncts(span{start, p.at}, s, s.items)
	return nil
}

// split cuts a span at the commas outside parentheses.
func (p *parser) split(s span) []span {
	var parts []span
	start := s.from
	for i := s.from; i < s.to; i++ {
		switch {
		case p.is(i, "("):
			i = p.close[i]
		case p.is(i, ","):
			parts = append(parts, span{start, i})
			start = i + 1
		}
	}
	return append(parts, span{start, s.to})
}

// from reads tables and joins.
func (p *parser) from(s *scope) error {
	if err := p.item(s); err != nil {
		return err
	}
	for {
		if p.accept(",") {
			if err := p.item(s); err != nil {
				return err
			}
			continue
		}
		kind, ok, err := p.join()
		if err != nil || !ok {
			return err
		}
		if err := p.joined(s, kind); err != nil {
			return err
		}
	}
}

// join reads the keywords of a join and returns the one that matters.
func (p *parser) join() (kind string, ok bool, err error) {
	natural := p.accept("natural")
	kind = "inner"
	for _, k := range []string{"inner", "cross", "left", "right", "full"} {
		if p.accept(k) {
			kind = k
			p.accept("outer")
			return kind, true, p.expect("join")
		}
	}
	if p.accept("join") {
		return kind, true, nil
	}
	if natural {
		return "", false, errUnknown
	}
	return "", false, nil
}

// joined reads the right side of a join. Its condition restricts both sides of
// an inner join, of a left join only the right one, and no side of the others.
func (p *parser) joined(s *scope, kind string) error {
	before := len(s.items)
	if err := p.item(s); err != nil {
		return err
	}
	after := len(s.items)
	if p.accept("using") {
		_, err := p.names()
		return err
	}
	if !p.accept("on") {
		return nil
	}
	start := p.at
	if err := p.walk(s, ",", "natural", "inner", "cross", "left", "right", "full", "join", "where", "group", "having",
		"window", "order", "limit", "offset", "fetch", "for", "union", "intersect", "except", "returning", "on", "set"); err != nil {
		return err
	}
	switch kind {
	case "inner", "cross":
		p.conjuncts(span{start, p.at}, s, s.items[:after])
	case "left":
		p.conjuncts(span{start, p.at}, s, s.items[before:after])
	}
	return nil
}

// item reads one thing rows come from.
func (p *parser) item(s *scope) error {
	if p.depth++; p.depth > maxDepth {
		return errUnknown
	}
	defer func() { p.depth-- }()
	outer := s.parent
	if p.accept("lateral") {
		outer = s
	}
	if p.is(p.at, "(") {
		return p.parenthesised(s, outer)
	}
	p.accept("only")
	table, err := p.table()
	if err != nil {
		return err
	}
	it := &item{scope: s, ref: table}
	if p.is(p.at, "(") {
		if _, ok := p.tables[table]; ok {
			return errUnknown
		}
		if err := p.group(s); err != nil {
			return err
		}
		if p.accept("with") && !p.accept("ordinality") {
			return errUnknown
		}
	} else if _, ok := p.tables[table]; ok {
		it.table = table
	}
	return p.alias(it)
}

// parenthesised reads a sub-select or a join in parentheses.
func (p *parser) parenthesised(s, outer *scope) error {
	inner := p.at + 1
	sub := p.is(inner, "select", "with", "values") ||
		p.is(inner, "(") && p.is(p.close[inner]+1, ")", "union", "intersect", "except", "order", "limit")
	p.at++
	if !sub {
		if err := p.from(s); err != nil {
			return err
		}
		return p.expect(")")
	}
	if err := p.statement(outer); err != nil {
		return err
	}
	if err := p.expect(")"); err != nil {
		return err
	}
	return p.alias(&item{scope: s})
}

// table reads the name of a table, which may be qualified by a schema.
func (p *parser) table() (string, error) {
	n, err := p.name()
	for err == nil && p.accept(".") {
		n, err = p.name()
	}
	return n, err
}

// alias reads what an item is called and puts it into its scope. Renamed
// columns of a company table would not be found by their names.
func (p *parser) alias(it *item) error {
	as := p.accept("as")
	if t := p.token(p.at); as || t.kind == quoted || t.kind == word && !reserved[t.text] {
		n, err := p.name()
		if err != nil {
			return err
		}
		it.ref = n
	}
	if p.is(p.at, "(") {
		if it.table != "" {
			return errUnknown
		}
		if _, err := p.names(); err != nil {
			return err
		}
	}
	it.scope.items = append(it.scope.items, it)
	return nil
}
