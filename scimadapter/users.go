package scimadapter

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

func (a *adapter) createUser(r *request) (*response, error) {
	doc, err := a.userBody(r)
	if err != nil {
		return nil, err
	}
	input := model.CreateUserInput{DirectoryID: r.directoryID, UserAttributes: schematype.UserAttributes{Active: true}}
	if err := userForm.Read(doc, &input.UserAttributes); err != nil {
		return nil, err
	}
	r.setTarget(uuid.Nil, input.UserName)
	payload, err := a.ops.CreateUser(r.ctx, input)
	if err != nil {
		return nil, err
	}
	r.setTarget(payload.User.ID, payload.User.UserName)
	resp, err := a.answerUser(r, http.StatusCreated, payload.User)
	if err != nil {
		return nil, err
	}
	resp.location = a.location(schema.Users, payload.User.ID.String())
	return resp, nil
}

func (a *adapter) getUser(r *request) (*response, error) {
	if resp, err := a.cachedUser(r, r.userID()); resp != nil || err != nil {
		return resp, err
	}
	u, err := a.ops.FindUser(r.ctx, r.userID())
	if err != nil {
		return nil, err
	}
	r.setTarget(u.ID, u.UserName)
	if r.unchanged(u.Version) {
		return notModified(u.Version), nil
	}
	resp, err := a.answerUser(r, http.StatusOK, u)
	if err != nil || !r.projection.everything() {
		return resp, err
	}
	write := resp.body
	resp.body = func(o *output) error {
		err := write(o)
		if err == nil {
			a.cacheUser(u, o)
		}
		return err
	}
	return resp, nil
}

func (a *adapter) listUsers(r *request) (*response, error) {
	l, err := r.readList(schema.Users)
	if err != nil {
		return nil, err
	}
	if err := a.waitForHeavy(r, isHeavy(l, query.IsUserLookup)); err != nil {
		return nil, err
	}
	page, err := a.ops.ListUsers(r.ctx, l)
	if err != nil {
		return nil, listFailed(l, err)
	}
	r.setQuery(l.Filter, len(page.Items) > 0 || page.Total > 0)
	groups, err := a.groupsOfPage(r, l, page)
	if err != nil {
		return nil, err
	}
	return pageOf(r, schema.Users, l, page, func(o *output, u *ent.User) error {
		return a.writeUser(r.ctx, o, r.projection, u, groups)
	}), nil
}

// replaceUser clears what the body leaves out (RFC 7644 §3.5.1), but for
// active: a forgotten attribute must not let somebody in again.
func (a *adapter) replaceUser(r *request) (*response, error) {
	doc, err := a.userBody(r)
	if err != nil {
		return nil, err
	}
	return a.modifyUser(r, func(attributes *schematype.UserAttributes) error { return userForm.Read(doc, attributes) })
}

func (a *adapter) patchUser(r *request) (*response, error) {
	ops, err := patch.DecodeRequest(r.body)
	if err != nil {
		return nil, err
	}
	var ignored []patch.Ignored
	resp, err := a.modifyUser(r, func(attributes *schematype.UserAttributes) (err error) {
		ignored, err = applyPatch(userForm, schema.Users, attributes, ops)
		return err
	})
	if err == nil {
		a.reportIgnored(r, ignored)
	}
	return resp, err
}

// modifyUser changes the attributes of a user in one transaction.
func (a *adapter) modifyUser(r *request, edit func(*schematype.UserAttributes) error) (*response, error) {
	var changed *ent.User
	err := a.ops.InTx(r.ctx, func(ctx context.Context) error {
		u, err := a.ops.FindUser(ctx, r.userID())
		if err != nil {
			return err
		}
		r.setTarget(u.ID, u.UserName)
		if err := r.checkVersion(u.Version); err != nil {
			return err
		}
		changed, err = a.ops.ModifyUser(ctx, u.ID, nil, edit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.answerUser(r, http.StatusOK, changed)
}

func (a *adapter) deleteUser(r *request) (*response, error) {
	err := a.ops.RemoveUser(r.ctx, r.userID(), func(u *ent.User) error {
		r.setTarget(u.ID, u.UserName)
		return r.checkVersion(u.Version)
	})
	if err != nil {
		return nil, err
	}
	return &response{status: http.StatusNoContent}, nil
}

// userBody reads the body of POST and PUT in normal form.
func (a *adapter) userBody(r *request) (map[string]any, error) {
	body, err := patch.Decode(r.body)
	if err != nil {
		return nil, err
	}
	doc, ignored, err := patch.Normalize(schema.Users, body)
	if err != nil {
		return nil, err
	}
	a.reportIgnored(r, ignored)
	return doc, patch.CheckRequired(schema.Users, doc)
}

func (r *request) userID() uuid.UUID { return schematype.ParseID(r.id, schematype.TypeUser) }

func (a *adapter) answerUser(r *request, status int, u *ent.User) (*response, error) {
	groups, _, err := a.groupsOf(r.ctx, r.projection, []*ent.User{u})
	if err != nil {
		return nil, err
	}
	return &response{status: status, version: versionTag(u.Version), body: func(o *output) error {
		return a.writeUser(r.ctx, o, r.projection, u, groups)
	}}, nil
}

func (a *adapter) writeUser(ctx context.Context, o *output, p projection, u *ent.User, groups memberships) error {
	attributes := attribute.Users.Of(u)
	head := a.head(schema.Users, u.ID, u.CreatedAt, u.UpdatedAt, u.Version)
	if err := appendResource(&o.buf, p, userForm, head, &attributes, a.userLocation); err != nil {
		return err
	}
	if err := a.writeGroupsOf(ctx, o, p, u, groups); err != nil {
		return err
	}
	return o.flush(flushThreshold)
}
