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
	countingCost   = 100 // counts what it would take many pages to list
	listItems      = 10  // how many items a list without pages is taken to have

	// maxPoints is the cost at which adding stops, far above any limit and far
	// below an overflow even when multiplied by a page.
	maxPoints = 1 << 40
)

// costAnalyzer computes the cost of one operation. A fragment costs the same
// wherever it is spread among the same number of items, so it is computed once for
// each number.
type costAnalyzer struct {
	limits    Limits
	input     input
	op        *graphql.OperationContext
	fragments map[fragmentKey]fragmentCost

	result     int // points of the dearest result of a mutation
	conditions int // those of a subscription for its events, which the database does not read
}

type fragmentKey struct {
	name  string
	items int // of the connection it describes, or 0
}

// fragmentCost is what a spread of a fragment adds.
type fragmentCost struct{ points, conditions int }

func newCostAnalyzer(limits Limits, schema *ast.Schema, op *graphql.OperationContext) *costAnalyzer {
	return &costAnalyzer{
		limits:    limits,
		input:     input{limits: limits, schema: schema},
		op:        op,
		fragments: map[fragmentKey]fragmentCost{},
	}
}

func (s *costAnalyzer) operation() (int, *apierror.Error) {
	points, r := s.selectionSet(s.op.Operation.SelectionSet, 0)
	return max(points, 1), r
}

// heavy reports whether an operation of so many points is heavy: see [HeavyReads].
func (s *costAnalyzer) heavy(points int) bool {
	if s.op.Operation.Operation == ast.Mutation {
		points = s.result
	}
	return points >= HeavyCost || s.input.predicates > s.conditions
}

// selectionSet computes the cost of a selection set. With items it is that of a
// connection: fields of an item count once for each item, others once.
func (s *costAnalyzer) selectionSet(set ast.SelectionSet, items int) (int, *apierror.Error) {
	total := 0
	for _, sel := range set {
		points, r := s.selection(sel, items)
		if r != nil {
			return 0, r
		}
		total = min(total+points, maxPoints)
	}
	return total, nil
}

func (s *costAnalyzer) selection(sel ast.Selection, items int) (int, *apierror.Error) {
	switch sel := sel.(type) {
	case *ast.InlineFragment:
		return s.selectionSet(sel.SelectionSet, items)
	case *ast.FragmentSpread:
		return s.spread(sel, items)
	case *ast.Field:
		if items > 0 {
			return s.itemField(sel, items)
		}
		return s.field(sel)
	}
	return 0, nil
}

func (s *costAnalyzer) spread(f *ast.FragmentSpread, items int) (int, *apierror.Error) {
	if f.Definition == nil {
		return 0, nil
	}
	key := fragmentKey{f.Name, items}
	if w, ok := s.fragments[key]; ok {
		return w.points, s.input.countConditions(w.conditions)
	}
	before := s.input.predicates
	points, r := s.selectionSet(f.Definition.SelectionSet, items)
	s.fragments[key] = fragmentCost{points, s.input.predicates - before}
	return points, r
}

// itemField computes the cost of a field of a connection.
func (s *costAnalyzer) itemField(f *ast.Field, items int) (int, *apierror.Error) {
	var points int
	var r *apierror.Error
	switch f.Name {
	case "totalCount", "pageInfo":
		return s.field(f)
	case "edges": // an edge is no more than its node
		points, r = s.selectionSet(f.SelectionSet, 0)
	default:
		points, r = s.field(f)
	}
	return min(points*items, maxPoints), r
}

func (s *costAnalyzer) field(f *ast.Field) (int, *apierror.Error) {
	switch f.Name {
	case "totalCount":
		return totalCost, nil
	case "__schema", "__type":
		return schemaCost, nil
	}
	before := s.input.predicates
	args, r := s.arguments(f)
	if r != nil || len(f.SelectionSet) == 0 {
		return s.rootCost(f), r
	}
	conditions := s.input.predicates - before
	if f.ObjectDefinition != nil && f.ObjectDefinition == s.input.schema.Subscription {
		s.conditions += conditions
	}
	if args.connection {
		points, r := s.selectionSet(f.SelectionSet, args.items)
		return min(connectionCost+args.search+conditions+points, maxPoints), r
	}
	points, r := s.selectionSet(f.SelectionSet, 0)
	objects := objectCost + points
	switch {
	case f.Definition == nil || f.Definition.Type.Elem == nil:
	case args.items > 0: // each named object is looked up
		objects *= args.items
	default:
		objects = objectCost + points*listItems
	}
	root := s.rootCost(f)
	if root > 0 {
		s.result = max(s.result, objects)
	}
	return min(objects+root, maxPoints), r
}

// counting are the fields that count.
var counting = map[string]bool{"requestRecordCounts": true, "userFacets": true, "memberLetters": true}

// rootCost is what a field costs additionally at the root of a mutation, or where
// it counts.
func (s *costAnalyzer) rootCost(f *ast.Field) int {
	if counting[f.Name] {
		return countingCost
	}
	if f.ObjectDefinition != nil && f.ObjectDefinition == s.input.schema.Mutation {
		return mutationCost
	}
	return 0
}
