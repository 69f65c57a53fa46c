package tenantguard

import "slices"

// parser reads which tables a statement touches and which columns equal binds. It
// skips expressions except for sub-selects in them; an unexpected keyword ends the
// analysis.
type parser struct {
	tables map[string]Table
	tokens []token
	at     int
	depth  int
	close  []int  // index of the matching parenthesis
	used   []bool // tokens read as names of tables, aliases and columns

	scopes     []*scope
	equalities []equality
	rows       []*item      // the new rows of INSERTs
	sets       []assignment // of tenant columns
}

// scope is the FROM of one select, or the target of one change.
type scope struct {
	parent *scope
	items  []*item
}

// item is a table, sub-select or function in a FROM.
type item struct {
	scope *scope
	ref   string // how its columns are qualified
	table string // the company table it is, if any
}

const maxDepth = 200

// analyze reads a whole statement.
func (p *parser) analyze() error {
	if err := p.pair(); err != nil {
		return err
	}
	if err := p.statement(nil); err != nil {
		return err
	}
	p.accept(";")
	if p.at < len(p.tokens) {
		return errUnknown
	}
	return nil
}

// pair matches the parentheses.
func (p *parser) pair() error {
	p.close = make([]int, len(p.tokens))
	var open []int
	for i, t := range p.tokens {
		switch {
		case t.kind != sign:
		case t.text == "(":
			open = append(open, i)
		case t.text == ")":
			if len(open) == 0 {
				return errUnknown
			}
			p.close[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return errUnknown
	}
	return nil
}

func (p *parser) token(i int) token {
	if 0 <= i && i < len(p.tokens) {
		return p.tokens[i]
	}
	return token{}
}

// is tells whether the token at i is one of the given keywords or signs.
func (p *parser) is(i int, texts ...string) bool {
	t := p.token(i)
	return (t.kind == word || t.kind == sign) && slices.Contains(texts, t.text)
}

func (p *parser) accept(text string) bool {
	if !p.is(p.at, text) {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(texts ...string) error {
	for _, t := range texts {
		if !p.accept(t) {
			return errUnknown
		}
	}
	return nil
}

// name reads an identifier as the name of something.
func (p *parser) name() (string, error) {
	t := p.token(p.at)
	if t.kind != quoted && (t.kind != word || reserved[t.text]) {
		return "", errUnknown
	}
	p.used[p.at] = true
	p.at++
	return t.text, nil
}

// names reads a parenthesised list of identifiers.
func (p *parser) names() ([]string, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var list []string
	for {
		n, err := p.name()
		if err != nil {
			return nil, err
		}
		list = append(list, n)
		if !p.accept(",") {
			return list, p.expect(")")
		}
	}
}

func (p *parser) enter(parent *scope) *scope {
	s := &scope{parent: parent}
	p.scopes = append(p.scopes, s)
	return s
}

// statement reads one statement, also inside parentheses.
func (p *parser) statement(parent *scope) error {
	if p.depth++; p.depth > maxDepth {
		return errUnknown
	}
	defer func() { p.depth-- }()
	if p.accept("with") {
		if err := p.with(parent); err != nil {
			return err
		}
	}
	switch {
	case p.is(p.at, "insert"):
		return p.insert(parent)
	case p.is(p.at, "update"):
		return p.update(parent)
	case p.is(p.at, "delete"):
		return p.delete(parent)
	}
	_, err := p.compound(parent)
	return err
}

// with reads the common table expressions before a statement.
func (p *parser) with(parent *scope) error {
	p.accept("recursive")
	for {
		if _, err := p.name(); err != nil {
			return err
		}
		if p.is(p.at, "(") {
			if _, err := p.names(); err != nil {
				return err
			}
		}
		if err := p.expect("as"); err != nil {
			return err
		}
		p.accept("not")
		p.accept("materialized")
		if err := p.expect("("); err != nil {
			return err
		}
		if err := p.statement(parent); err != nil {
			return err
		}
		if err := p.expect(")"); err != nil {
			return err
		}
		if !p.accept(",") {
			return nil
		}
	}
}

// compound reads selects joined by UNION and the like. It returns the select
// when it is a single one.
func (p *parser) compound(parent *scope) (*selection, error) {
	only, err := p.term(parent)
	if err != nil {
		return nil, err
	}
	for p.is(p.at, "union", "intersect", "except") {
		only = nil
		if err := p.another(parent); err != nil {
			return nil, err
		}
	}
	return only, p.tail(parent)
}

// another reads UNION and the select after it.
func (p *parser) another(parent *scope) error {
	p.at++
	_ = p.accept("all") || p.accept("distinct")
	_, err := p.term(parent)
	return err
}

func (p *parser) term(parent *scope) (*selection, error) {
	switch {
	case p.accept("select"):
		return p.selection(parent)
	case p.accept("values"):
		return nil, p.walk(p.enter(parent), afterSelect...)
	case p.accept("("):
		if err := p.statement(parent); err != nil {
			return nil, err
		}
		return nil, p.expect(")")
	}
	return nil, errUnknown
}

// afterSelect are the keywords that end what belongs to one select.
var afterSelect = []string{"union", "intersect", "except", "on", "returning", "order", "limit", "offset", "fetch", "for"}

// tail reads what may follow a select: its order, its bounds, its locks.
func (p *parser) tail(s *scope) error {
	if err := p.walk(s, "union", "intersect", "except", "on", "returning", "for"); err != nil {
		return err
	}
	if !p.accept("for") {
		return nil
	}
	for p.at < len(p.tokens) && !p.is(p.at, ")", ";") {
		if k := p.token(p.at).kind; k != word && k != quoted && !p.is(p.at, ",", ".") {
			return errUnknown
		}
		p.used[p.at] = true
		p.at++
	}
	return nil
}

// walk skips an expression, or several, up to one of the given keywords or the
// end of what is in parentheses, and analyses the sub-selects in it.
func (p *parser) walk(s *scope, stops ...string) error {
	for p.at < len(p.tokens) && !p.is(p.at, ")", ";") {
		t := p.tokens[p.at]
		switch {
		case p.is(p.at, stops...):
			return nil
		case p.is(p.at, "("):
			if err := p.group(s); err != nil {
				return err
			}
			continue
		case p.is(p.at, "union", "intersect", "except") && p.is(p.at-1, ")"):
			if err := p.another(s); err != nil {
				return err
			}
			continue
		case p.is(p.at, "in") && !p.is(p.at+1, "("):
			return errUnknown // SQLite reads "x IN t" as a table
		case p.is(p.at, "from") && p.is(p.at-1, "distinct") && p.is(p.at-2, "is", "not"):
		case p.is(p.at, "where") && p.is(p.at-1, "("): // FILTER (WHERE …)
		case t.kind == word && clause[t.text]:
			return errUnknown
		}
		p.at++
	}
	return nil
}

// group reads what is in parentheses, a sub-select or an expression.
func (p *parser) group(s *scope) error {
	if p.depth++; p.depth > maxDepth {
		return errUnknown
	}
	defer func() { p.depth-- }()
	p.at++
	var err error
	if p.is(p.at, "select", "with", "values") {
		err = p.statement(s)
	} else {
		err = p.walk(s)
	}
	if err != nil {
		return err
	}
	return p.expect(")")
}

// clause are the keywords that name tables or change what surrounds them; none
// belongs in an expression.
var clause = set("select", "from", "into", "insert", "update", "delete", "join", "with", "table", "values", "where",
	"set", "using", "union", "intersect", "except", "returning", "lateral", "tablesample", "indexed")

// reserved are the keywords that cannot be an alias without AS.
var reserved = set("select", "from", "into", "join", "with", "values", "where", "set", "using", "union", "intersect",
	"except", "returning", "lateral", "on", "inner", "left", "right", "full", "cross", "natural", "outer", "group",
	"having", "window", "order", "limit", "offset", "fetch", "for", "as", "do", "default", "tablesample", "indexed",
	"not", "and", "or", "is", "in", "case", "end", "only", "table", "null", "true", "false", "exists")

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
