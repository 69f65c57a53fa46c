package scimadapter

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// reference begins a reference to what another operation of a bulk request
// makes, RFC 7644 §3.7.2.
const reference = "bulkId:"

// bulkTurn is an operation in the order of execution.
type bulkTurn struct {
	index    int
	circular bool // it refers to itself, if only through others
}

// bulkOrder puts what operations refer to before them, and leaves their order
// as it is otherwise.
func bulkOrder(operations []bulkOperation) ([]bulkTurn, error) {
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
	o := ordering{operations: operations, makers: makers, state: make([]byte, len(operations)), circular: make([]bool, len(operations))}
	for i := range operations {
		o.visit(i)
	}
	turns := make([]bulkTurn, len(o.done))
	for i, index := range o.done {
		turns[i] = bulkTurn{index, o.circular[index]}
	}
	return turns, nil
}

// ordering is a search in depth, which is as deep as a request has operations.
type ordering struct {
	operations []bulkOperation
	makers     map[string]int // by bulkId
	state      []byte         // by operation
	circular   []bool         // likewise
	path       []int          // operations being visited
	done       []int
}

const visiting, visited = 1, 2

func (o *ordering) visit(i int) {
	switch o.state[i] {
	case visited:
		return
	case visiting:
		for _, j := range o.path[slices.Index(o.path, i):] {
			o.circular[j] = true
		}
		return
	}
	o.state[i] = visiting
	o.path = append(o.path, i)
	o.operations[i].references(func(id string) (string, bool) {
		if j, ok := o.makers[id]; ok {
			o.visit(j)
		}
		return "", true
	})
	o.path = o.path[:len(o.path)-1]
	o.state[i] = visited
	o.done = append(o.done, i)
}

// resolve puts ids in the place of references.
func (op bulkOperation) resolve(ids map[string]string) (bulkOperation, error) {
	missing := ""
	resolved := op.references(func(id string) (string, bool) {
		made, ok := ids[id]
		if !ok {
			missing = id
		}
		return made, ok
	})
	if missing != "" {
		return op, fault(http.StatusBadRequest, invalidValue, "nothing was made with the bulkId %.64q", missing)
	}
	return resolved, nil
}

// references replaces each reference by what f says of it, in the path and in
// the texts of the data.
func (op bulkOperation) references(f func(id string) (string, bool)) bulkOperation {
	segments := strings.Split(op.Path, "/")
	for i := range segments {
		segments[i] = replaceReference(segments[i], f)
	}
	op.Path = strings.Join(segments, "/")
	if !bytes.Contains(op.Data, []byte(reference)) {
		return op
	}
	var data any
	dec := json.NewDecoder(bytes.NewReader(op.Data))
	dec.UseNumber()
	if dec.Decode(&data) != nil {
		return op
	}
	if text, err := json.Marshal(replaceReferences(data, f)); err == nil {
		op.Data = text
	}
	return op
}

func replaceReference(text string, f func(id string) (string, bool)) string {
	id, ok := strings.CutPrefix(text, reference)
	if !ok {
		return text
	}
	if made, ok := f(id); ok {
		return made
	}
	return text
}

func replaceReferences(value any, f func(id string) (string, bool)) any {
	switch v := value.(type) {
	case string:
		return replaceReference(v, f)
	case []any:
		for i := range v {
			v[i] = replaceReferences(v[i], f)
		}
	case map[string]any:
		for name := range v {
			v[name] = replaceReferences(v[name], f)
		}
	}
	return value
}
