package scimadapter

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/feddir/feddir/internal/jsontext"
)

// reference begins a reference to the resource that another operation of a bulk
// request creates, RFC 7644 §3.7.2.
const reference = "bulkId:"

// resolve replaces references by ids.
func (op bulkOperation) resolve(ids map[string]string) (bulkOperation, error) {
	missing := ""
	resolved := op.references(func(id string) (string, bool) {
		created, ok := ids[id]
		if !ok {
			missing = id
		}
		return created, ok
	})
	if missing != "" {
		return op, fault(http.StatusBadRequest, invalidValue, "nothing was made with the bulkId %.64q", missing)
	}
	return resolved, nil
}

// references replaces each reference in the path and in the texts of the data by
// the result of f.
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
	if jsontext.Decode(op.Data, &data) != nil {
		return op
	}
	if text, err := json.Marshal(replaceReferences(data, f)); err == nil {
		op.Data = text
	}
	return op
}

// without removes the references to the resources that items create, together
// with the element of a list, or the attribute, that holds the reference.
func (op bulkOperation) without(items []*bulkItem) bulkOperation {
	excluded := make(map[string]bool, len(items))
	for _, item := range items {
		excluded[reference+item.op.BulkID] = true
	}
	var data map[string]any
	if jsontext.Decode(op.Data, &data) != nil {
		return op
	}
	for name, value := range data {
		if rest, ok := prune(value, excluded); ok {
			data[name] = rest
		} else {
			delete(data, name)
		}
	}
	if text, err := json.Marshal(data); err == nil {
		op.Data = text
	}
	return op
}

// prune removes excluded texts from a value. ok is false if nothing is left.
func prune(value any, excluded map[string]bool) (rest any, ok bool) {
	switch v := value.(type) {
	case string:
		return v, !excluded[v]
	case []any:
		kept := v[:0]
		for _, element := range v {
			if element, ok := prune(element, excluded); ok {
				kept = append(kept, element)
			}
		}
		return kept, true
	case map[string]any:
		for name, member := range v {
			left, ok := prune(member, excluded)
			if _, text := member.(string); text && !ok {
				return nil, false // the object is a reference
			}
			if v[name] = left; !ok {
				delete(v, name)
			}
		}
	}
	return value, true
}

func replaceReference(text string, f func(id string) (string, bool)) string {
	id, ok := strings.CutPrefix(text, reference)
	if !ok {
		return text
	}
	if created, ok := f(id); ok {
		return created
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
