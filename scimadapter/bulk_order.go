package scimadapter

import (
	"net/http"
	"slices"
	"strings"
)

// bulkStep is one operation, or several that refer to each other in a circle.
type bulkStep struct {
	indexes  []int // of operations
	circular bool  // also of one that refers to itself
}

// bulkOrder puts operations behind those that they refer to and otherwise leaves
// them in the order of the request.
func bulkOrder(operations []bulkOperation) ([]bulkStep, error) {
	makers := make(map[string]int)
	for i, op := range operations {
		if !strings.EqualFold(op.Method, http.MethodPost) || op.BulkID == "" {
			continue
		}
		if _, twice := makers[op.BulkID]; twice {
			return nil, fault(http.StatusBadRequest, invalidValue, "there are two bulkIds %.64q", op.BulkID)
		}
		makers[op.BulkID] = i
	}
	o := ordering{operations: operations, makers: makers, number: make([]int, len(operations)), lowest: make([]int, len(operations))}
	for i := range operations {
		if o.number[i] == 0 {
			o.visit(i)
		}
	}
	return o.steps, nil
}

// ordering is Tarjan's search for strongly connected components, which finds
// those that others refer to first. It is as deep as a request has operations.
type ordering struct {
	operations []bulkOperation
	makers     map[string]int // by bulkId
	number     []int          // by operation: when it was found; 0 before
	lowest     []int          // the lowest number it leads to
	found      int
	open       []int // operations whose circle is not known yet
	steps      []bulkStep
}

const closed = -1 // the number of operations that are in a step

func (o *ordering) visit(i int) {
	o.found++
	o.number[i], o.lowest[i] = o.found, o.found
	o.open = append(o.open, i)
	itself := false
	o.operations[i].references(func(id string) (string, bool) {
		j, ok := o.makers[id]
		switch {
		case !ok || o.number[j] == closed:
		case o.number[j] == 0:
			o.visit(j)
			o.lowest[i] = min(o.lowest[i], o.lowest[j])
		default:
			itself = itself || i == j
			o.lowest[i] = min(o.lowest[i], o.number[j])
		}
		return "", true
	})
	if o.lowest[i] == o.number[i] {
		o.close(i, itself)
	}
}

// close makes a step of an operation and those that are in a circle with it.
func (o *ordering) close(i int, itself bool) {
	start := slices.Index(o.open, i)
	members := slices.Sorted(slices.Values(o.open[start:]))
	o.open = o.open[:start]
	for _, j := range members {
		o.number[j] = closed
	}
	o.steps = append(o.steps, bulkStep{members, itself || len(members) > 1})
}
