package scimadapter

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/feddir/feddir/internal/scim/patch"
)

// maxBulk is how many operations a bulk request may have.
const maxBulk = 1000

// bulkOperation is one operation of a bulk request, RFC 7644 §3.7.
type bulkOperation struct {
	Method  string
	BulkID  string
	Version string
	Path    string
	Data    json.RawMessage
}

// bulkResult is the result of an operation as it is answered.
type bulkResult struct {
	Method   string     `json:"method"`
	BulkID   string     `json:"bulkId,omitempty"`
	Version  string     `json:"version,omitempty"`
	Location string     `json:"location,omitempty"`
	Response *errorBody `json:"response,omitempty"`
	Status   string     `json:"status"`
}

// bulk carries out operations one by one, each as the request it describes, in
// its own transaction. Operations that refer to each other in a circle share a
// transaction.
func (a *adapter) bulk(r *request) (*response, error) {
	operations, failOnErrors, err := readBulk(r.body)
	if err != nil {
		return nil, err
	}
	order, err := bulkOrder(operations)
	if err != nil {
		return nil, err
	}
	ids := make(map[string]string) // of resources made here, by bulkId
	results := make([]*bulkResult, len(operations))
	failed := 0
	for _, step := range order {
		items := make([]*bulkItem, len(step.indexes))
		for i, index := range step.indexes {
			items[i] = newBulkItem(index, operations[index])
			results[index] = items[i].result
		}
		if step.circular {
			a.bulkCircle(r, items, ids)
		} else {
			items[0].err = a.bulkSingle(r, items[0], ids)
		}
		for _, item := range items {
			item.finish(r)
			if item.err != nil {
				failed++
			}
		}
		if failOnErrors > 0 && failed >= failOnErrors {
			break
		}
	}
	return &response{status: http.StatusOK, body: func(o *output) error { return writeBulk(o, results) }}, nil
}

func readBulk(body []byte) (operations []bulkOperation, failOnErrors int, err error) {
	if _, err := patch.Decode(body); err != nil { // it bounds how deep the data goes
		return nil, 0, err
	}
	var given struct {
		FailOnErrors *int
		Operations   []bulkOperation
	}
	if json.Unmarshal(body, &given) != nil {
		return nil, 0, fault(http.StatusBadRequest, invalidSyntax, "the body must be a BulkRequest")
	}
	if given.Operations == nil {
		return nil, 0, fault(http.StatusBadRequest, invalidSyntax, "Operations must be a list")
	}
	if len(given.Operations) > maxBulk {
		return nil, 0, fault(http.StatusRequestEntityTooLarge, "", "there are more than %d operations", maxBulk)
	}
	if given.FailOnErrors != nil {
		if failOnErrors = *given.FailOnErrors; failOnErrors < 1 {
			return nil, 0, fault(http.StatusBadRequest, invalidValue, "failOnErrors must be at least 1")
		}
	}
	return given.Operations, failOnErrors, nil
}

// bulkHandler finds the endpoint and the handler of an operation.
func (a *adapter) bulkHandler(op bulkOperation) (e endpoint, id string, f handler, err error) {
	switch op.Method {
	case http.MethodPost:
		if op.BulkID == "" {
			return e, "", nil, fault(http.StatusBadRequest, invalidValue, "a POST needs a bulkId")
		}
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		return e, "", nil, fault(http.StatusBadRequest, invalidSyntax, "the method must be POST, PUT, PATCH or DELETE")
	}
	u, err := url.Parse(op.Path)
	if err != nil || u.Host != "" || u.RawQuery != "" || !strings.HasPrefix(op.Path, "/") {
		return e, "", nil, fault(http.StatusBadRequest, invalidValue, "the path must be like /Users or /Users/{id}")
	}
	e, id, ok := a.find(&url.URL{Path: root + u.Path})
	if !ok || e.resource == nil {
		return e, "", nil, fault(http.StatusNotFound, "", "there is no such endpoint for an operation")
	}
	m := e.collection
	if id != "" {
		m = e.item
	}
	if f = m[op.Method]; f == nil {
		return e, "", nil, fault(http.StatusBadRequest, invalidValue, "the path does not go with the method")
	}
	return e, id, f, nil
}

// writeBulk writes the results of the operations that were carried out, in the
// order of the request.
func writeBulk(o *output, results []*bulkResult) error {
	o.text(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],"Operations":[`)
	comma := ""
	for _, result := range results {
		if result == nil {
			continue
		}
		o.text(comma)
		comma = ","
		if err := o.value(result); err != nil {
			return err
		}
	}
	o.text("]}")
	return nil
}
