package scimadapter

import (
	"net/http"
	"net/url"
	"strings"
)

// parseQuery parses the query of a URL, with the names of parameters in lower
// case: test kits send startindex. Unlike url.ParseQuery it allows semicolons
// and fails for a parameter that it cannot parse: a list without its filter
// would be the wrong answer.
func parseQuery(raw string) (url.Values, error) {
	unescape := url.PathUnescape
	if plusIsSpace(raw) {
		unescape = url.QueryUnescape
	}
	params := make(url.Values)
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err := unescape(name)
		if err != nil {
			return nil, fault(http.StatusBadRequest, invalidValue, "the query of the URL is malformed")
		}
		if value, err = unescape(value); err != nil {
			return nil, fault(http.StatusBadRequest, invalidValue, "the query of the URL is malformed")
		}
		params.Add(strings.ToLower(name), value)
	}
	return params, nil
}

// plusIsSpace reports whether a query writes spaces as +, as forms do. In a query
// that writes them as %20, as URLs do (RFC 3986), + is a plus, for example in a
// user name. The spaces around an operator decide; those within a value decide
// only where there are no others.
func plusIsSpace(raw string) bool {
	plus, within := false, false
	quoted := false
	for i := 0; i < len(raw); i++ {
		switch rest := raw[i:]; {
		case rest[0] == '&':
			quoted = false
		case strings.HasPrefix(rest, "%5C") || strings.HasPrefix(rest, "%5c"): // what is escaped within quotes
			i += len("%5C") - 1
			i += len(escape(raw[i+1:]))
		case rest[0] == '"' || strings.HasPrefix(rest, "%22"):
			quoted = !quoted
		case rest[0] == '+':
			plus = plus || !quoted
		case strings.HasPrefix(rest, "%20"):
			if !quoted {
				return false
			}
			within = true
		}
	}
	return plus || !within
}

// escape returns the first character of a query, as it is escaped.
func escape(raw string) string {
	if strings.HasPrefix(raw, "%") {
		return raw[:min(len("%XX"), len(raw))]
	}
	return raw[:min(1, len(raw))]
}
