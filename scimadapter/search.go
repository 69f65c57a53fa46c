package scimadapter

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// searchID ends the path of a search, where other paths have an id.
const searchID = ".search"

// search lists by parameters in the body instead of the URL (RFC 7644 §3.4.3),
// for clients that keep values of filters out of logs.
func search(rt schema.ResourceType, list handler) methods {
	return methods{"POST": func(r *request) (*response, error) {
		if err := r.readSearch(); err != nil {
			return nil, err
		}
		r.projection = newProjection(rt, r.params)
		return list(r)
	}}
}

// readSearch reads the parameters of a request from its body.
func (r *request) readSearch() error {
	body, err := patch.Decode(r.body)
	if err != nil {
		return err
	}
	r.params = make(url.Values)
	for name, value := range body {
		texts, err := parameter(name, value)
		if err != nil {
			return err
		}
		if name = strings.ToLower(name); len(texts) > 0 {
			r.params[name] = append(r.params[name], texts...)
		}
	}
	return nil
}

// parameter returns a JSON value as the values of a parameter in a URL. null has
// none.
func parameter(name string, value any) (texts []string, err error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case string:
		return []string{v}, nil
	case json.Number:
		return []string{integer(v)}, nil
	case []any:
		return textList(name, v)
	}
	return nil, fault(http.StatusBadRequest, invalidSyntax, "%.64q is no parameter of a search", name)
}

// integer writes a whole number without fraction and exponent: 2.0 and 2e0 are
// 2 in JSON.
func integer(n json.Number) string {
	if f, err := n.Float64(); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return strconv.FormatInt(int64(f), 10)
	}
	return n.String()
}

// textList reads a list of names, such as attributes.
func textList(name string, list []any) (texts []string, err error) {
	if slices.ContainsFunc(singleParameters, func(s string) bool { return strings.EqualFold(s, name) }) {
		return nil, fault(http.StatusBadRequest, invalidValue, "%.64s is one value, not a list", name)
	}
	for i, element := range list {
		text, isText := element.(string)
		if !isText {
			return nil, fault(http.StatusBadRequest, invalidSyntax, "%.64q is a list of texts; element %d is none", name, i+1)
		}
		texts = append(texts, text)
	}
	return texts, nil
}
