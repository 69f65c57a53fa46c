package scimadapter

import (
	"context"
	"slices"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// membersPerPage is how many members are read at a time. maxListMembers is how
// many members the groups of one list may have together.
const (
	membersPerPage = 1000
	maxListMembers = 20_000
)

// createWithMembers creates a group with any number of members.
func (a *adapter) createWithMembers(ctx context.Context, input model.CreateGroupInput) (g *ent.Group, err error) {
	rest := input.MemberIds[min(len(input.MemberIds), member.Max):]
	input.MemberIds = input.MemberIds[:len(input.MemberIds)-len(rest)]
	err = a.ops.InTx(ctx, func(ctx context.Context) error {
		payload, err := a.ops.CreateGroup(ctx, input)
		if err != nil {
			return err
		}
		g = payload.Group
		if len(rest) == 0 {
			return nil
		}
		if err := addMembers(ctx, a.ops, g.ID, rest); err != nil {
			return err
		}
		g, err = a.ops.FindGroup(ctx, g.ID)
		return err
	})
	return g, err
}

func addMembers(ctx context.Context, ops Operations, groupID uuid.UUID, ids []uuid.UUID) error {
	for chunk := range slices.Chunk(ids, member.Max) {
		if _, err := ops.AddGroupMembers(ctx, model.AddGroupMembersInput{GroupID: groupID, MemberIds: chunk}); err != nil {
			return err
		}
	}
	return nil
}

// removeMembers fails if there is no such group, even if no ids are given.
func removeMembers(ctx context.Context, ops Operations, groupID uuid.UUID, ids []uuid.UUID) error {
	for {
		n := min(len(ids), member.Max)
		if _, err := ops.RemoveGroupMembers(ctx, model.RemoveGroupMembersInput{GroupID: groupID, MemberIds: ids[:n]}); err != nil {
			return err
		}
		if ids = ids[n:]; len(ids) == 0 {
			return nil
		}
	}
}

// groupChange carries out the steps of a PATCH of a group.
type groupChange struct {
	ops     Operations
	id      uuid.UUID
	ignored []patch.Ignored
}

// lock locks the rows of all steps before the first step, so that they are
// locked in one order.
func (c *groupChange) lock(ctx context.Context, steps []patch.Step) error {
	var joining []uuid.UUID
	for _, step := range steps {
		if step.Kind == patch.AddMembers || step.Kind == patch.ReplaceMembers {
			joining = append(joining, knownMemberIDs(step.Members)...)
		}
	}
	return c.ops.LockForMembers(ctx, c.id, joining)
}

func (c *groupChange) apply(ctx context.Context, steps []patch.Step) error {
	c.ignored = nil // of an attempt that was rolled back
	for _, step := range steps {
		if err := c.step(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

func (c *groupChange) step(ctx context.Context, step patch.Step) error {
	switch step.Kind {
	case patch.SetAttributes:
		return c.attributes(ctx, step.Operations)
	case patch.RemoveMembers: // who does not exist is no member
		return removeMembers(ctx, c.ops, c.id, knownMemberIDs(step.Members))
	}
	ids, err := memberIDs(step.Members)
	if err != nil {
		return err
	}
	if step.Kind == patch.AddMembers {
		return addMembers(ctx, c.ops, c.id, ids)
	}
	_, err = c.ops.ReplaceGroupMembers(ctx, model.ReplaceGroupMembersInput{GroupID: c.id, MemberIds: ids})
	return err
}

func (c *groupChange) attributes(ctx context.Context, ops []patch.Operation) error {
	_, err := c.ops.ModifyGroup(ctx, c.id, nil, func(attributes *schematype.GroupAttributes) error {
		ignored, err := applyPatch(groupForm, schema.Groups, attributes, ops)
		c.ignored = append(c.ignored, ignored...)
		return err
	})
	return err
}

// truncatePage removes groups at the end of a page, or at its start where the
// list is read backward, until the rest have at most maxListMembers members. One
// group always remains.
func truncatePage(page *list.Page[*ent.Group], backward bool) {
	var members int64
	for i := range page.Items {
		g := page.Items[i]
		if backward {
			g = page.Items[len(page.Items)-1-i]
		}
		if members += g.MemberCount; i > 0 && members > maxListMembers {
			page.Shorten(i, backward)
			return
		}
	}
}

// writeGroup writes a group and all its members, page by page. It ignores the
// stored number of members: only the rows say who is a member.
func (a *adapter) writeGroup(o *output, p projection, g *ent.Group) error {
	attributes := attribute.Groups.Of(g)
	head := a.head(schema.Groups, g.ID, g.CreatedAt, g.UpdatedAt, g.Version)
	if err := appendResource(&o.buf, p, groupForm, head, &attributes, nil); err != nil {
		return err
	}
	if !p.includesMembers() {
		return o.flush(flushThreshold)
	}
	for after := uuid.Nil; ; {
		ctx, cancel := o.part()
		page, err := a.ops.Members(ctx, g.ID, after, membersPerPage)
		cancel()
		if err != nil {
			return err
		}
		if after == uuid.Nil && len(page) > 0 {
			o.buf.Truncate(o.buf.Len() - 1) // the object goes on
			o.text(`,"members":[`)
		}
		for _, m := range page {
			if after != uuid.Nil {
				o.text(",")
			}
			after = m.MemberID
			if err := o.value(a.memberFrom(p, m.MemberID)); err != nil {
				return err
			}
		}
		if len(page) < membersPerPage {
			if after != uuid.Nil {
				o.text("]}")
			}
			return o.flush(flushThreshold)
		}
	}
}
