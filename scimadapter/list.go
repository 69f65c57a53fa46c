package scimadapter

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// The length of a page of a list: where the client names none, and at most.
const (
	defaultCount = 100
	maxCount     = 1000
)

// maxIndex is the last startIndex told from greater ones.
const maxIndex = 1<<31 - 1

// singleParameters may be given only once: an answer to one filter of two would
// be wrong.
var singleParameters = []string{"filter", "sortBy", "sortOrder", "startIndex", "count", "cursor"}

// readList reads the parameters of a list, RFC 7644 §3.4.2.
func (r *request) readList(rt schema.ResourceType) (graph.List, error) {
	l := graph.List{DirectoryID: r.directoryID}
	for _, name := range singleParameters {
		if len(r.params[strings.ToLower(name)]) > 1 {
			return l, fault(http.StatusBadRequest, invalidValue, "%s is given more than once", name)
		}
	}
	var err error
	if r.params.Has("filter") { // an empty filter is refused: the client may want one resource and would get all
		if l.Filter, err = filter.Parse(r.params.Get("filter")); err != nil {
			return l, err
		}
	}
	if err := r.readOrder(&l); err != nil {
		return l, err
	}
	if r.cursored() {
		if err := r.readCursor(rt, &l); err != nil {
			return l, err
		}
	}
	start, err := r.number("startIndex", 1)
	if err != nil {
		return l, err
	}
	count, err := r.number("count", defaultCount)
	l.StartIndex, l.Count = max(start, 1), min(max(count, 0), maxCount)
	return l, err
}

// readOrder reads what a list is sorted by, RFC 7644 §3.4.2.3.
func (r *request) readOrder(l *graph.List) error {
	by := r.params.Get("sortby")
	if by == "" {
		return nil
	}
	path, err := filter.ParsePath(by)
	if err != nil || path.Filter != nil {
		return fault(http.StatusBadRequest, invalidValue, "sortBy must name an attribute")
	}
	l.SortBy = path.Attribute
	switch order := r.params.Get("sortorder"); {
	case strings.EqualFold(order, "descending"):
		l.Descending = true
	case order != "" && !strings.EqualFold(order, "ascending"):
		return fault(http.StatusBadRequest, invalidValue, "sortOrder must be ascending or descending")
	}
	return nil
}

// number reads an integer of at most maxIndex.
func (r *request) number(name string, otherwise int) (int, error) {
	text := r.params.Get(strings.ToLower(name))
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fault(http.StatusBadRequest, invalidValue, "%s must be an integer", name)
	}
	return min(n, maxIndex), nil
}

// listFailed turns the time-out of a list with a filter or an order into
// tooMany, the scimType of RFC 7644 for it.
func listFailed(l graph.List, err error) error {
	if (l.Filter != nil || l.SortBy.Name != "") && dberror.CodeOf(err) == apierror.Timeout {
		return fault(http.StatusBadRequest, tooMany, "this list takes too long; ask for less")
	}
	return err
}

// listResponse is a ListResponse of RFC 7644 §3.4.2 whose items are written one
// by one.
func listResponse(total int64, start, items int, write func(o *output, i int) error) *response {
	return pageResponse(`"totalResults":`+strconv.FormatInt(total, 10)+`,"startIndex":`+strconv.Itoa(start), items, write)
}

// pageOf answers a page that was requested by index or by cursor.
func pageOf[T any](r *request, rt schema.ResourceType, l graph.List, page *list.Page[T], write func(o *output, item T) error) *response {
	each := func(o *output, i int) error { return write(o, page.Items[i]) }
	if l.Seek == nil {
		return listResponse(page.Total, l.StartIndex, len(page.Items), each)
	}
	head := `"totalResults":` + strconv.FormatInt(page.Total, 10)
	next, previous := r.cursors(rt, l, page.Keys, page.More)
	if next != "" {
		head += `,"nextCursor":"` + next + `"`
	}
	if previous != "" {
		head += `,"previousCursor":"` + previous + `"`
	}
	return pageResponse(head, len(page.Items), each)
}

func pageResponse(head string, items int, write func(o *output, i int) error) *response {
	return &response{status: http.StatusOK, body: func(o *output) error {
		o.text(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],` + head +
			`,"itemsPerPage":` + strconv.Itoa(items) + `,"Resources":[`)
		for i := range items {
			if i > 0 {
				o.text(",")
			}
			if err := write(o, i); err != nil {
				return err
			}
		}
		o.text("]}")
		return nil
	}}
}
