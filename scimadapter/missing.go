package scimadapter

import "net/http"

// orMissing tells first that what a request is to change is missing: the
// provider then makes it again, while a fault of the body would come back with
// every cycle. A body that cannot be read at all is told before.
func orMissing(find func(*request) error, f handler) handler {
	return func(r *request) (*response, error) {
		resp, err := f(r)
		if err == nil {
			return resp, nil
		}
		if told := describe(r.ctx, err); told.status != http.StatusBadRequest || told.scimType == invalidSyntax {
			return nil, err
		}
		if missing := find(r); missing != nil && describe(r.ctx, missing).status == http.StatusNotFound {
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
