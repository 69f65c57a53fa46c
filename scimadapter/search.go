package scimadapter

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// searchID stands in the place of an id in the path of a search.
const searchID = ".search"

// search is a list whose parameters come in the body instead of the URL (RFC
// 7644 §3.4.3), for clients that keep what they look for out of logs.
func search(rt schema.ResourceType, list handler) methods {
	return methods{"POST": func(r *request) (*response, error) {
		if err := r.readSearch(); err != nil {
			return nil, err
		}
		r.projection = newProjection(rt, r.params)
		return list(r)
	}}
}

// readSearch takes the parameters of a request from its body.
func (r *request) readSearch() error {
	body, err := patch.Decode(r.body)
	if err != nil {
		return err
	}
	r.params = make(url.Values)
	for name, value := range body {
		texts, ok := parameter(value)
		if !ok {
			return fault(http.StatusBadRequest, invalidSyntax, "%.64q is no parameter of a search", name)
		}
		name = strings.ToLower(name)
		r.params[name] = append(r.params[name], texts...)
	}
	return nil
}

// parameter writes a JSON value as a URL would have it.
func parameter(value any) (texts []string, ok bool) {
	switch v := value.(type) {
	case nil:
		return nil, true
	case string:
		return []string{v}, true
	case json.Number:
		return []string{v.String()}, true
	case []any:
		for _, element := range v {
			text, isText := element.(string)
			if !isText {
				return nil, false
			}
			texts = append(texts, text)
		}
		return texts, true
	}
	return nil, false
}
