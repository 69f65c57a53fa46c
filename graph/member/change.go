package member

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/provider"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/apierror"
)

// Add makes members and returns how many were none before; version is what the
// group must be at, nil for any.
func (m *Members) Add(ctx context.Context, groupID uuid.UUID, version *int, ids []uuid.UUID) (int, error) {
	if err := checkMax(ids); err != nil {
		return 0, err
	}
	if err := m.tx.LockForMembers(ctx, groupID, ids); err != nil {
		return 0, err
	}
	g, err := m.find(ctx, groupID, version)
	if err != nil {
		return 0, err
	}
	added, err := m.Insert(ctx, g, false, ids)
	if err != nil || len(added) == 0 {
		return 0, err
	}
	return len(added), m.changed(ctx, g, change.KindMEMBERS_ADDED, added)
}

// Remove is the opposite of Add.
func (m *Members) Remove(ctx context.Context, groupID uuid.UUID, version *int, ids []uuid.UUID) (int, error) {
	if err := checkMax(ids); err != nil {
		return 0, err
	}
	g, err := m.find(ctx, groupID, version)
	if err != nil {
		return 0, err
	}
	removed, err := m.delete(ctx, g, ids)
	if err != nil || len(removed) == 0 {
		return 0, err
	}
	return len(removed), m.changed(ctx, g, change.KindMEMBERS_REMOVED, removed)
}

// Replace makes exactly ids the members. Only the difference is written, in
// statements of at most Max rows.
func (m *Members) Replace(ctx context.Context, groupID uuid.UUID, version *int, ids []uuid.UUID) (added, removed int, err error) {
	if err := m.tx.LockForMembers(ctx, groupID, ids); err != nil {
		return 0, 0, err
	}
	g, err := m.find(ctx, groupID, version)
	if err != nil {
		return 0, 0, err
	}
	if g.MemberCount-int64(len(ids)) > maxRemoved {
		return 0, 0, apierror.Errorf(apierror.Limit, "memberIds", "the group has %d members; at most %d can leave it at once: remove them in several requests, or delete the group", g.MemberCount, maxRemoved)
	}
	missing, extra, err := m.difference(ctx, g, ids)
	if err != nil {
		return 0, 0, err
	}
	return m.exchange(ctx, g, missing, extra)
}

// find locks a group whose members the viewer may change, so that what is read of it
// stays true.
func (m *Members) find(ctx context.Context, groupID uuid.UUID, version *int) (*ent.Group, error) {
	g, err := m.tx.FindGroup(ctx, groupID)
	if err != nil {
		return nil, err
	}
	if err := dberror.CheckVersion(version, g.Version); err != nil {
		return nil, err
	}
	return g, provider.Client(m.tx.Client).CheckMembers(ctx, g)
}

// difference returns which of ids are no members of a locked group, and which
// other members it has.
func (m *Members) difference(ctx context.Context, g *ent.Group, ids []uuid.UUID) (missing, extra []uuid.UUID, err error) {
	wanted := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	for after := uuid.Nil; ; {
		page, err := m.List(ctx, g.ID, after, Max)
		if err != nil {
			return nil, nil, err
		}
		for _, row := range page {
			if !wanted[row.MemberID] {
				extra = append(extra, row.MemberID)
			}
			delete(wanted, row.MemberID)
			after = row.MemberID
		}
		if len(page) < Max {
			return tx.Distinct(slices.Collect(maps.Keys(wanted))), extra, nil
		}
	}
}

func (m *Members) exchange(ctx context.Context, g *ent.Group, missing, extra []uuid.UUID) (added, removed int, err error) {
	for chunk := range slices.Chunk(extra, Max) {
		n, err := m.Remove(ctx, g.ID, nil, chunk)
		if err != nil {
			return 0, 0, err
		}
		removed += n
	}
	for chunk := range slices.Chunk(missing, Max) {
		n, err := m.Add(ctx, g.ID, nil, chunk)
		if err != nil {
			return 0, 0, err
		}
		added += n
	}
	return added, removed, nil
}

func checkMax(ids []uuid.UUID) error {
	if len(ids) > Max {
		return apierror.Errorf(apierror.Limit, "memberIds", "at most %d members at a time", Max)
	}
	return nil
}

// changed counts and records that members came or went.
func (m *Members) changed(ctx context.Context, g *ent.Group, kind change.Kind, ids []uuid.UUID) error {
	n := len(ids)
	if kind == change.KindMEMBERS_REMOVED {
		n = -n
	}
	g, err := m.count(ctx, g, n)
	if err != nil {
		return err
	}
	c := feed.OfGroup(g, kind)
	c.Counts = feed.Counts{Memberships: n}
	if kind == change.KindMEMBERS_ADDED {
		c.After = attribute.Values{"members": ids}
	} else {
		c.Before = attribute.Values{"members": ids}
	}
	return m.feed.Record(ctx, c)
}

// count adds to the number of a locked group's members and returns the group as
// it is then. A transaction bumps its version once.
func (m *Members) count(ctx context.Context, g *ent.Group, n int) (*ent.Group, error) {
	c, updated := tx.CacheOf(ctx), *g
	updated.MemberCount += int64(n)
	updated.UpdatedAt = schematype.Now()
	update := m.tx.Client(ctx).Group.Update().Where(group.ID(g.ID), group.DirectoryID(g.DirectoryID)).
		AddMemberCount(int64(n)).SetUpdatedAt(updated.UpdatedAt)
	if !c.VersionBumped(g.ID) {
		updated.Version++
		update.AddVersion(1)
	}
	if err := update.Exec(ctx); err != nil {
		return nil, err
	}
	c.HoldGroup(&updated)
	return &updated, nil
}
