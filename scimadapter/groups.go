package scimadapter

import (
	"context"
	"net/http"
	"slices"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

func (a *adapter) createGroup(r *request) (*response, error) {
	attributes, members, err := a.groupBody(r)
	if err != nil {
		return nil, err
	}
	r.setTarget(uuid.Nil, attributes.DisplayName)
	g, err := a.createWithMembers(r.ctx, model.CreateGroupInput{
		DirectoryID: r.directoryID, DisplayName: attributes.DisplayName, ExternalID: attributes.ExternalID,
		Extensions: attributes.Extensions, MemberIds: members,
	})
	if err != nil {
		return nil, err
	}
	r.setTarget(g.ID, g.DisplayName)
	resp := a.answerGroup(r, http.StatusCreated, g)
	resp.location = a.location(schema.Groups, g.ID.String())
	return resp, nil
}

func (a *adapter) getGroup(r *request) (*response, error) {
	g, err := a.ops.FindGroup(r.ctx, r.groupID())
	if err != nil {
		return nil, err
	}
	r.setTarget(g.ID, g.DisplayName)
	if r.unchanged(g.Version) {
		return notModified(g.Version), nil
	}
	if err := a.waitForHeavy(r, r.projection.includesMembers() && g.MemberCount > maxListMembers); err != nil {
		return nil, err
	}
	return a.answerGroup(r, http.StatusOK, g), nil
}

// listGroups answers a page that is shorter than requested if its groups have
// very many members and the client wants the members.
func (a *adapter) listGroups(r *request) (*response, error) {
	l, err := r.readList(schema.Groups)
	if err != nil {
		return nil, err
	}
	if err := a.waitForHeavy(r, isHeavy(l, query.IsGroupLookup)); err != nil {
		return nil, err
	}
	page, err := a.ops.ListGroups(r.ctx, l)
	if err != nil {
		return nil, listFailed(l, err)
	}
	r.setQuery(l.Filter, len(page.Items) > 0 || page.Total > 0)
	if r.projection.includesMembers() {
		truncatePage(page, l.Seek != nil && l.Seek.Backward)
	}
	return pageOf(r, schema.Groups, l, page, func(o *output, g *ent.Group) error {
		return a.writeGroup(o, r.projection, g)
	}), nil
}

// replaceGroup clears what the body leaves out, members too (RFC 7644 §3.5.1).
func (a *adapter) replaceGroup(r *request) (*response, error) {
	attributes, members, err := a.groupBody(r)
	if err != nil {
		return nil, err
	}
	become := func(to *schematype.GroupAttributes) error { *to = attributes; return nil }
	var g *ent.Group
	err = a.ops.InTx(r.ctx, func(ctx context.Context) error {
		if err := a.ops.LockForMembers(ctx, r.groupID(), members); err != nil {
			return err
		}
		if err := a.checkGroup(ctx, r); err != nil {
			return err
		}
		if _, err := a.ops.ModifyGroup(ctx, r.groupID(), nil, become); err != nil {
			return err
		}
		_, err := a.ops.ReplaceGroupMembers(ctx, model.ReplaceGroupMembersInput{GroupID: r.groupID(), MemberIds: members})
		if err != nil {
			return err
		}
		g, err = a.ops.FindGroup(ctx, r.groupID())
		return err
	})
	if err != nil {
		return nil, err
	}
	r.setTarget(g.ID, g.DisplayName)
	return a.answerGroup(r, http.StatusOK, g), nil
}

// patchGroup answers 204 with the version of the group, which may have very
// many members, unless the client asks for attributes.
func (a *adapter) patchGroup(r *request) (*response, error) {
	ops, err := patch.DecodeRequest(r.body)
	if err != nil {
		return nil, err
	}
	steps, ignored, err := patch.SplitMembers(ops)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(steps, func(s patch.Step) bool { return s.Kind != patch.SetAttributes }) {
		r.changesMembers()
	}
	var g *ent.Group
	c := groupChange{ops: a.ops, id: r.groupID()}
	err = a.ops.InTx(r.ctx, func(ctx context.Context) error {
		if err := c.lock(ctx, steps); err != nil {
			return err
		}
		if err := a.checkGroup(ctx, r); err != nil {
			return err
		}
		err := c.apply(ctx, steps)
		if err == nil {
			g, err = a.ops.FindGroup(ctx, r.groupID()) // without its members
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	a.reportIgnored(r, append(ignored, c.ignored...))
	if !r.projection.include {
		return &response{status: http.StatusNoContent, version: versionTag(g.Version)}, nil
	}
	return a.answerGroup(r, http.StatusOK, g), nil
}

// deleteGroup opens no transaction: a group of very many members is deleted in
// several.
func (a *adapter) deleteGroup(r *request) (*response, error) {
	input := model.DeleteGroupInput{ID: r.groupID()}
	if r.demandsVersion() {
		g, err := a.ops.FindGroup(r.ctx, input.ID)
		if err != nil {
			return nil, err
		}
		if err := r.checkVersion(g.Version); err != nil {
			return nil, err
		}
		version := int(g.Version)
		input.Version = &version
	}
	if _, err := a.ops.DeleteGroup(r.ctx, input); err != nil {
		return nil, err
	}
	return &response{status: http.StatusNoContent}, nil
}

// checkGroup fails if the group is not in a version that the client demands.
func (a *adapter) checkGroup(ctx context.Context, r *request) error {
	if !r.demandsVersion() {
		return nil
	}
	g, err := a.ops.FindGroup(ctx, r.groupID())
	if err != nil {
		return err
	}
	return r.checkVersion(g.Version)
}

func (r *request) groupID() uuid.UUID { return schematype.ParseID(r.id, schematype.TypeGroup) }

// groupBody reads the body of POST and PUT: attributes, and members.
func (a *adapter) groupBody(r *request) (attributes schematype.GroupAttributes, members []uuid.UUID, err error) {
	body, err := patch.Decode(r.body)
	if err != nil {
		return attributes, nil, err
	}
	steps, ignored, err := patch.SplitMembers([]patch.Operation{{Op: patch.Replace, Value: body}})
	if err != nil {
		return attributes, nil, err
	}
	doc := map[string]any{}
	for _, step := range steps {
		if step.Kind != patch.SetAttributes {
			if members, err = memberIDs(step.Members); err != nil {
				return attributes, nil, err
			}
			continue
		}
		var more []patch.Ignored
		if doc, more, err = patch.Apply(schema.Groups, doc, step.Operations); err != nil {
			return attributes, nil, err
		}
		ignored = append(ignored, more...)
	}
	a.reportIgnored(r, ignored)
	if err := patch.CheckRequired(schema.Groups, doc); err != nil {
		return attributes, nil, err
	}
	return attributes, members, groupForm.Read(doc, &attributes)
}

func (a *adapter) answerGroup(r *request, status int, g *ent.Group) *response {
	return &response{status: status, version: versionTag(g.Version), body: func(o *output) error {
		return a.writeGroup(o, r.projection, g)
	}}
}
