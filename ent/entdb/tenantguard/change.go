package tenantguard

// assignment is a tenant column that a statement sets, and the value.
type assignment struct {
	item  *item
	name  string
	value span
}

// insert reads an INSERT. The new rows are an item called excluded, as ON CONFLICT
// calls them, whose columns equal the inserted values.
func (p *parser) insert(parent *scope) error {
	if err := p.expect("insert", "into"); err != nil {
		return err
	}
	table, err := p.table()
	if err != nil {
		return err
	}
	rows := p.enter(parent)
	excluded := &item{scope: rows, ref: "excluded"}
	rows.items = []*item{excluded}
	target := &item{scope: p.enter(rows), ref: table}
	if _, ok := p.tables[table]; ok {
		excluded.table, target.table = table, table
		p.rows = append(p.rows, excluded)
	}
	if p.accept("as") {
		if target.ref, err = p.name(); err != nil {
			return err
		}
	}
	var columns []string
	if p.is(p.at, "(") && !p.is(p.at+1, "select", "with", "values", "(") {
		if columns, err = p.names(); err != nil {
			return err
		}
	}
	if err := p.source(excluded, columns); err != nil {
		return err
	}
	if err := p.conflict(target, excluded); err != nil {
		return err
	}
	return p.returning(target.scope)
}

// source reads the rows of an INSERT: VALUES or a select.
func (p *parser) source(excluded *item, columns []string) error {
	if p.accept("default") {
		return p.expect("values")
	}
	if !p.is(p.at, "values") {
		if p.accept("with") {
			if err := p.with(excluded.scope.parent); err != nil {
				return err
			}
		}
		sel, err := p.compound(excluded.scope.parent)
		if sel != nil && len(sel.list) == len(columns) {
			p.selectedColumns(excluded, columns, sel)
		}
		return err
	}
	p.at++
	var rows [][]span
	for {
		if !p.is(p.at, "(") {
			return errUnknown
		}
		row := p.split(span{p.at + 1, p.close[p.at]})
		if len(row) != len(columns) {
			return errUnknown
		}
		rows = append(rows, row)
		if err := p.group(excluded.scope.parent); err != nil {
			return err
		}
		if !p.accept(",") {
			break
		}
	}
	p.insertedBinds(excluded, columns, rows)
	return nil
}

// insertedBinds adds the equalities of columns that are a bind in every row.
func (p *parser) insertedBinds(excluded *item, columns []string, rows [][]span) {
	for i, name := range columns {
		f := equality{scope: excluded.scope, about: excluded.scope.items, left: column{"excluded", name}}
		for _, row := range rows {
			if bind, next, ok := p.bind(row[i].from); ok && next == row[i].to {
				f.binds = append(f.binds, bind)
			}
		}
		if len(f.binds) == len(rows) {
			p.equalities = append(p.equalities, f)
		}
	}
}

// selectedColumns adds the equalities of columns that a select fills from a bind
// or a column.
func (p *parser) selectedColumns(excluded *item, columns []string, sel *selection) {
	for i, name := range columns {
		f := equality{scope: excluded.scope, about: excluded.scope.items, left: column{"excluded", name}, source: sel.scope}
		from, to := sel.list[i].from, sel.list[i].to
		if bind, next, ok := p.bind(from); ok && next == to {
			f.binds = []int{bind}
		} else if f.right, next, ok = p.column(from); !ok || next != to {
			continue
		}
		p.equalities = append(p.equalities, f)
	}
}

// conflict reads ON CONFLICT. DO UPDATE changes the row that equals the new row in
// the columns of the conflict target.
func (p *parser) conflict(target, excluded *item) error {
	if !p.accept("on") {
		return nil
	}
	if err := p.expect("conflict"); err != nil {
		return err
	}
	s := target.scope
	if p.is(p.at, "(") {
		names, err := p.names()
		if err != nil {
			return err
		}
		for _, n := range names {
			p.equalities = append(p.equalities, equality{
				scope: s, about: []*item{target}, left: column{target.ref, n}, right: column{excluded.ref, n},
			})
		}
		// The condition of a partial index restricts the target, not the rows.
		if p.accept("where") {
			if err := p.walk(s, "do"); err != nil {
				return err
			}
		}
	} else if p.accept("on") {
		if err := p.expect("constraint"); err != nil {
			return err
		}
		if _, err := p.name(); err != nil {
			return err
		}
	}
	if err := p.expect("do"); err != nil {
		return err
	}
	if p.accept("nothing") {
		return nil
	}
	if err := p.expect("update", "set"); err != nil {
		return err
	}
	s.items = append(s.items, target)
	if err := p.assignments(target); err != nil {
		return err
	}
	return p.where(s)
}

func (p *parser) update(parent *scope) error {
	p.at++
	target, err := p.target(parent)
	if err != nil {
		return err
	}
	if err := p.expect("set"); err != nil {
		return err
	}
	if err := p.assignments(target); err != nil {
		return err
	}
	if p.accept("from") {
		if err := p.from(target.scope); err != nil {
			return err
		}
	}
	if err := p.where(target.scope); err != nil {
		return err
	}
	return p.returning(target.scope)
}

func (p *parser) delete(parent *scope) error {
	if err := p.expect("delete", "from"); err != nil {
		return err
	}
	target, err := p.target(parent)
	if err != nil {
		return err
	}
	if p.accept("using") {
		if err := p.from(target.scope); err != nil {
			return err
		}
	}
	if err := p.where(target.scope); err != nil {
		return err
	}
	return p.returning(target.scope)
}

// target reads the table of an UPDATE or DELETE.
func (p *parser) target(parent *scope) (*item, error) {
	s := p.enter(parent)
	if p.is(p.at, "(") {
		return nil, errUnknown
	}
	if err := p.item(s); err != nil {
		return nil, err
	}
	return s.items[0], nil
}

func (p *parser) assignments(target *item) error {
	t := p.tables[target.table]
	for {
		name, err := p.name()
		if err != nil {
			return err
		}
		if err := p.expect("="); err != nil {
			return err
		}
		start := p.at
		if err := p.walk(target.scope, ",", "from", "where", "returning"); err != nil {
			return err
		}
		if target.table != "" && (name == t.Company || name == t.Directory) {
			p.sets = append(p.sets, assignment{target, name, span{start, p.at}})
		}
		if !p.accept(",") {
			return nil
		}
	}
}

func (p *parser) returning(s *scope) error {
	if !p.accept("returning") {
		return nil
	}
	return p.walk(s)
}
