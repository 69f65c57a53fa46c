package scimadapter

import "net/http"

// notFoundFirst answers 404 if the resource is missing, even if the body has a
// fault too: after a 404 the provider creates the resource again, while the
// fault would come back in every cycle. A body that is no JSON is still 400.
func notFoundFirst(find func(*request) error, f handler) handler {
	return func(r *request) (*response, error) {
		resp, err := f(r)
		if err == nil {
			return resp, nil
		}
		if f := failureOf(r.ctx, err); f.status != http.StatusBadRequest || f.scimType == invalidSyntax {
			return nil, err
		}
		if missing := find(r); missing != nil && failureOf(r.ctx, missing).status == http.StatusNotFound {
			return nil, missing
		}
		return nil, err
	}
}

func (a *adapter) findUser(r *request) error {
	_, err := a.ops.FindUser(r.ctx, r.userID())
	return err
}

func (a *adapter) findGroup(r *request) error {
	_, err := a.ops.FindGroup(r.ctx, r.groupID())
	return err
}
