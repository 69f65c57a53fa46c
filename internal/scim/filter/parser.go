package filter

import (
	"fmt"
	"strings"
)

// Parse reads a filter of RFC 7644 §3.4.2.2. The error is an *Error; on the
// wire it is invalidFilter.
func Parse(input string) (Expr, error) { return parse(input, (*parser).or) }

// ParsePath reads a PATCH path of RFC 7644 §3.5.2: an attribute path, or a
// value path with an optional sub-attribute. The error is an *Error; on the
// wire it is invalidPath.
func ParsePath(input string) (Path, error) { return parse(input, (*parser).path) }

// parse reads the whole of a text.
func parse[T any](input string, read func(*parser) (T, error)) (none T, err error) {
	if err := checkText(input); err != nil {
		return none, err
	}
	p := &parser{lexer: lexer{input: input}}
	if err := p.advance(); err != nil {
		return none, err
	}
	whole, err := read(p)
	if err == nil {
		err = p.expect(end)
	}
	if err != nil {
		return none, err
	}
	return whole, nil
}

type parser struct {
	lexer lexer
	token token  // the next one, not yet taken
	outer string // the attribute in front of the brackets being read; empty outside of them
	terms int
	depth int // of parentheses and brackets now
	deep  int // the deepest within the brackets being read
}

func (p *parser) advance() (err error) {
	p.token, err = p.lexer.next()
	return err
}

func (p *parser) failf(format string, args ...any) error {
	return &Error{p.token.pos, fmt.Sprintf(format, args...)}
}

// expect takes a token of the given kind.
func (p *parser) expect(kind byte) error {
	if p.token.kind != kind {
		return p.failf("expected %s, found %s", token{kind: kind}.shown(), p.token.shown())
	}
	if kind == end {
		return nil
	}
	return p.advance()
}

func (p *parser) atWord(text string) bool {
	return p.token.kind == word && strings.EqualFold(p.token.text, text)
}

// enter takes an opening token, unless that would nest too deep.
func (p *parser) enter(kind byte) error {
	if p.depth == MaxDepth {
		return p.failf("nested deeper than %d", MaxDepth)
	}
	p.depth++
	p.deep = max(p.deep, p.depth)
	return p.expect(kind)
}

func (p *parser) leave(kind byte) error {
	p.depth--
	return p.expect(kind)
}

func (p *parser) or() (Expr, error) {
	return p.chain("or", p.and, func(left, right Expr) Expr { return Or{left, right} })
}

func (p *parser) and() (Expr, error) {
	return p.chain("and", p.term, func(left, right Expr) Expr { return And{left, right} })
}

// chain reads operands with a word between them, which join makes into one
// expression from the left.
func (p *parser) chain(between string, operand func() (Expr, error), join func(left, right Expr) Expr) (Expr, error) {
	left, err := operand()
	for err == nil && p.atWord(between) {
		if err = p.advance(); err != nil {
			break
		}
		var right Expr
		right, err = operand()
		left = join(left, right)
	}
	return left, err
}

// term reads what stands between and and or.
func (p *parser) term() (Expr, error) {
	switch p.token.kind {
	case '(':
		return p.group()
	case word:
	default:
		return nil, p.failf("expected an attribute, found %s", p.token.shown())
	}
	first := p.token
	if p.atWord("not") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		if p.token.kind == '(' {
			e, err := p.group()
			return Not{e}, err
		}
	} else if err := p.advance(); err != nil {
		return nil, err
	}
	return p.attribute(first)
}

func (p *parser) group() (Expr, error) {
	if err := p.enter('('); err != nil {
		return nil, err
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	return e, p.leave(')')
}

// attribute reads on after the attribute path that starts a term.
func (p *parser) attribute(first token) (Expr, error) {
	path, err := p.attributePath(first)
	if err != nil {
		return nil, err
	}
	if path.Name == "" {
		return nil, &Error{first.pos, "expected an attribute behind the schema URN"}
	}
	if p.token.kind != '[' {
		return p.comparison(path)
	}
	inner, sub, err := p.brackets(path)
	if err != nil || sub == "" {
		return ValuePath{path, inner}, err
	}
	if _, ok := inner.(Or); ok && p.deep == MaxDepth {
		return nil, p.failf("nested deeper than %d", MaxDepth) // the Or needs parentheses now
	}
	last, err := p.comparison(AttributePath{Name: sub})
	return ValuePath{path, And{inner, last}}, err
}

// comparison reads the operator and the value behind an attribute.
func (p *parser) comparison(path AttributePath) (Expr, error) {
	if p.terms == MaxTerms {
		return nil, p.failf("more than %d comparisons", MaxTerms)
	}
	p.terms++
	if p.atWord("pr") {
		return Present{path}, p.advance()
	}
	op, ok := parseOp(p.token.text)
	if !ok || p.token.kind != word {
		return nil, p.failf("expected an operator, found %s", p.token.shown())
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	value, err := p.value()
	return Compare{path, op, value}, err
}

func (p *parser) value() (Value, error) {
	t := p.token
	if t.kind == quoted {
		return Value{String, t.text}, p.advance()
	}
	if t.kind != word {
		return Value{}, p.failf("expected a value, found %s", t.shown())
	}
	if _, quoted := Unquote(t.text); quoted {
		return Value{}, p.failf(`values stand between double quotes, as in "work"; found %s`, t.shown())
	}
	v := Value{String, t.text}
	switch lower := strings.ToLower(t.text); {
	case lower == "true" || lower == "false":
		v = Value{Boolean, lower}
	case lower == "null":
		v = Value{Null, lower}
	case isNumber(t.text):
		v.Kind = Number
	}
	return v, p.advance()
}

// path reads a whole PATCH path.
func (p *parser) path() (Path, error) {
	first := p.token
	if first.kind != word {
		return Path{}, p.failf("expected an attribute, found %s", first.shown())
	}
	if err := p.advance(); err != nil {
		return Path{}, err
	}
	attribute, err := p.attributePath(first)
	if err != nil || p.token.kind != '[' {
		return Path{Attribute: attribute}, err
	}
	path := Path{Attribute: attribute}
	path.Filter, path.Attribute.Sub, err = p.brackets(attribute)
	return path, err
}

func (p *parser) attributePath(t token) (AttributePath, error) {
	path, ok := splitPath(t.text)
	if p.outer != "" && path.Sub != "" { // emails[emails.type eq "work"] repeats the attribute
		ok = ok && strings.EqualFold(path.Name, p.outer)
		path.Name, path.Sub = path.Sub, ""
	}
	if !ok {
		return path, &Error{t.pos, "not an attribute: " + t.shown()}
	}
	return path, nil
}

// brackets reads the filter in brackets and the sub-attribute behind them.
func (p *parser) brackets(path AttributePath) (inner Expr, sub string, err error) {
	if p.outer != "" || path.Sub != "" || path.Name == "" {
		return nil, "", p.failf("brackets do not belong here")
	}
	p.outer, p.deep = path.Name, p.depth
	if err = p.enter('['); err != nil {
		return nil, "", err
	}
	if inner, err = p.or(); err != nil {
		return nil, "", err
	}
	p.outer = ""
	if err = p.leave(']'); err != nil {
		return nil, "", err
	}
	if p.token.kind != word || !strings.HasPrefix(p.token.text, ".") {
		return inner, "", nil
	}
	if sub = p.token.text[1:]; !isName(sub) {
		return nil, "", p.failf("not a sub-attribute: %s", p.token.shown())
	}
	return inner, sub, p.advance()
}
