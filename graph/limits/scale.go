package limits

import (
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/feddir/feddir/internal/apierror"
)

const (
	connectionCost = 2
	objectCost     = 1
	totalCost      = 10
	schemaCost     = 1000 // __schema or __type: much to write, nothing to look up
	mutationCost   = 10
	searchCost     = 100 // an argument "query": people search
	listItems      = 10  // how many items a list without pages is taken to have

	// boundless is the price at which adding stops, far above any limit and far
	// below overflow even when multiplied by a page.
	boundless = 1 << 40
)

// scale weighs one operation. A fragment weighs the same wherever it is spread
// among the same number of items, so it is weighed once for each.
type scale struct {
	limits    Limits
	input     input
	op        *graphql.OperationContext
	fragments map[spread]load
}

type spread struct {
	name  string
	items int // of the connection it describes, or 0
}

// load is what a fragment adds wherever it is spread.
type load struct{ points, conditions int }

func newScale(limits Limits, schema *ast.Schema, op *graphql.OperationContext) *scale {
	return &scale{
		limits:    limits,
		input:     input{limits: limits, schema: schema},
		op:        op,
		fragments: map[spread]load{},
	}
}

func (s *scale) operation() (int, *apierror.Error) {
	points, r := s.set(s.op.Operation.SelectionSet, 0)
	return max(points, 1), r
}

// set weighs a selection set. With items it is that of a connection: what is
// said about an item weighs as often as there are items, what is said about all
// of them once.
func (s *scale) set(set ast.SelectionSet, items int) (int, *apierror.Error) {
	total := 0
	for _, sel := range set {
		points, r := s.selection(sel, items)
		if r != nil {
			return 0, r
		}
		total = min(total+points, boundless)
	}
	return total, nil
}

func (s *scale) selection(sel ast.Selection, items int) (int, *apierror.Error) {
	switch sel := sel.(type) {
	case *ast.InlineFragment:
		return s.set(sel.SelectionSet, items)
	case *ast.FragmentSpread:
		return s.spread(sel, items)
	case *ast.Field:
		if items > 0 {
			return s.item(sel, items)
		}
		return s.field(sel)
	}
	return 0, nil
}

func (s *scale) spread(f *ast.FragmentSpread, items int) (int, *apierror.Error) {
	if f.Definition == nil {
		return 0, nil
	}
	key := spread{f.Name, items}
	if w, ok := s.fragments[key]; ok {
		return w.points, s.input.conditions(w.conditions)
	}
	before := s.input.predicates
	points, r := s.set(f.Definition.SelectionSet, items)
	s.fragments[key] = load{points, s.input.predicates - before}
	return points, r
}

// item weighs a field of a connection.
func (s *scale) item(f *ast.Field, items int) (int, *apierror.Error) {
	var points int
	var r *apierror.Error
	switch f.Name {
	case "totalCount", "pageInfo":
		return s.field(f)
	case "edges": // an edge is no more than its node
		points, r = s.set(f.SelectionSet, 0)
	default:
		points, r = s.field(f)
	}
	return min(points*items, boundless), r
}

func (s *scale) field(f *ast.Field) (int, *apierror.Error) {
	switch f.Name {
	case "totalCount":
		return totalCost, nil
	case "__schema", "__type":
		return schemaCost, nil
	}
	before := s.input.predicates
	args, r := s.arguments(f)
	if r != nil || len(f.SelectionSet) == 0 {
		return s.root(f), r
	}
	conditions := s.input.predicates - before
	if args.connection {
		points, r := s.set(f.SelectionSet, args.items)
		return min(connectionCost+args.search+conditions+points, boundless), r
	}
	points, r := s.set(f.SelectionSet, 0)
	objects := objectCost + points
	switch {
	case f.Definition == nil || f.Definition.Type.Elem == nil:
	case args.items > 0: // each of those that are named is looked up
		objects *= args.items
	default:
		objects = objectCost + points*listItems
	}
	return min(objects+s.root(f), boundless), r
}

// root is what a field costs for where it is.
func (s *scale) root(f *ast.Field) int {
	if f.ObjectDefinition != nil && f.ObjectDefinition == s.input.schema.Mutation {
		return mutationCost
	}
	return 0
}
