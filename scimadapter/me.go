package scimadapter

import "net/http"

// me answers for /Me, which stands for the user that a client acts as (RFC
// 7644 §3.11): a key is none.
func me(*request) (*response, error) {
	return nil, fault(http.StatusNotImplemented, "", "a key is no user, so there is no /Me")
}
