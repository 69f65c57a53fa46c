package graph

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"

	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// newestFirst is the order of records: their ids carry their time.
var newestFirst = sorting[*ent.RequestRecord]{order: order{desc: true}, id: func(rec *ent.RequestRecord) uuid.UUID { return rec.ID }}

func (r *Resolver) requestRecordsConnection(ctx context.Context, d *ent.Directory, args pageArgs, in *model.RequestRecordWhereInput) (*model.RequestRecordConnection, error) {
	if v, _ := viewer.FromContext(ctx); !v.May(viewer.ScopeRecords) {
		return nil, failf(CodeForbidden, "", "this needs the scope RECORDS")
	}
	p, err := pageOf(ctx, r, listing{"requestRecords", d.ID}, newestFirst, args, func(w window) ([]*ent.RequestRecord, error) {
		return r.recordsIn(ctx, d, w, in)
	})
	if err != nil {
		return nil, err
	}
	r.expectTargets(ctx, p.rows)
	c := &model.RequestRecordConnection{PageInfo: p.info, Edges: make([]model.RequestRecordEdge, len(p.rows))}
	for i, row := range p.rows {
		c.Edges[i] = model.RequestRecordEdge{Node: row, Cursor: p.cursors[i]}
	}
	return c, nil
}

// maxSearched is how many of the newest records are searched for a target one
// by one. An index finds the older of those that are not routine.
const maxSearched = 10_000

// recordsIn reads the records that a window shows.
func (r *Resolver) recordsIn(ctx context.Context, d *ent.Directory, w window, in *model.RequestRecordWhereInput) ([]*ent.RequestRecord, error) {
	query := func(where ...predicate.RequestRecord) *ent.RequestRecordQuery {
		return r.client(ctx).RequestRecord.Query().
			Where(requestrecord.CompanyID(d.CompanyID), requestrecord.DirectoryID(d.ID)).Where(where...)
	}
	wanted := query(recordFilter(in)...).Where(w.apply)
	switch {
	case notable(in):
		return wanted.Where(requestrecord.Routine(false)).All(ctx)
	case in == nil || in.Target == nil && in.TargetID == nil:
		return wanted.All(ctx)
	}
	routine := query(recordFilter(in)...).Where(requestrecord.Routine(true)).Where(w.apply)
	switch oldest, err := query().Order(requestrecord.ByID(sql.OrderDesc())).Offset(maxSearched).FirstID(ctx); {
	case err == nil:
		routine.Where(requestrecord.IDGT(oldest))
	case !ent.IsNotFound(err):
		return nil, err
	}
	rows, err := wanted.Where(requestrecord.Routine(false)).All(ctx)
	if err != nil {
		return nil, err
	}
	more, err := routine.All(ctx)
	if err != nil {
		return nil, err
	}
	rows = append(rows, more...)
	slices.SortFunc(rows, func(a, b *ent.RequestRecord) int {
		return w.compareRows(newestFirst.place(a), newestFirst.place(b))
	})
	return rows[:min(len(rows), w.limit+1)], nil
}

// notable reports whether no routine record is wanted: one that read something
// and went well.
func notable(in *model.RequestRecordWhereInput) bool {
	switch {
	case in == nil:
		return false
	case in.StatusMin != nil && *in.StatusMin >= 400:
		return true
	case in.Outcome != nil && !slices.Contains(in.Outcome, requestrecord.OutcomeSUCCESS):
		return true
	}
	return in.Action != nil && !slices.ContainsFunc(in.Action, func(a requestrecord.Action) bool {
		switch a {
		case requestrecord.ActionREAD, requestrecord.ActionQUERY, requestrecord.ActionDISCOVERY, requestrecord.ActionTEST_CONNECTION:
			return true
		}
		return false
	})
}

func recordFilter(in *model.RequestRecordWhereInput) (where []predicate.RequestRecord) {
	if in == nil {
		return nil
	}
	if in.Outcome != nil {
		where = append(where, requestrecord.OutcomeIn(in.Outcome...))
	}
	if in.Action != nil {
		where = append(where, requestrecord.ActionIn(in.Action...))
	}
	if in.Target != nil {
		where = append(where, requestrecord.TargetKey(schematype.Fold(*in.Target)))
	}
	if in.StatusMin != nil {
		where = append(where, requestrecord.StatusGTE(*in.StatusMin))
		if *in.StatusMin >= 400 { // the outcomes of such a status are few, and have an index
			where = append(where, requestrecord.OutcomeIn(requestrecord.OutcomeREJECTED, requestrecord.OutcomeFAILED, requestrecord.OutcomeTHROTTLED))
		}
	}
	if in.StatusMax != nil {
		where = append(where, requestrecord.StatusLTE(*in.StatusMax))
	}
	if in.Since != nil {
		where = append(where, requestrecord.IDGTE(schematype.FirstIDAt(*in.Since)))
	}
	if in.Until != nil {
		where = append(where, requestrecord.IDLT(schematype.FirstIDAt(*in.Until)))
	}
	if in.TargetID != nil {
		where = append(where, requestrecord.TargetID(*in.TargetID))
	}
	if in.KeyID != nil {
		where = append(where, requestrecord.KeyID(*in.KeyID))
	}
	return where
}

// clockSkew is how far the clocks of replicas may be apart.
const clockSkew = time.Minute

// changesOf returns what a request changed, from the changes that its
// transaction left behind.
func (r *Resolver) changesOf(ctx context.Context, rec *ent.RequestRecord) ([]model.AttributeChange, error) {
	if len(rec.Changed) == 0 || rec.TargetID == nil || rec.RequestID == "" {
		return []model.AttributeChange{}, nil
	}
	began := rec.At.Add(-time.Duration(rec.DurationUs) * time.Microsecond)
	q := r.client(ctx).Change.Query().Where(
		change.CompanyID(rec.CompanyID), change.ResourceID(*rec.TargetID), change.RequestID(rec.RequestID),
		change.IDGTE(schematype.FirstIDAt(began.Add(-clockSkew))), change.IDLT(schematype.FirstIDAt(rec.At.Add(clockSkew))),
	)
	if rec.KeyID != nil {
		q.Where(change.KeyID(*rec.KeyID))
	}
	rows, err := q.Order(change.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	return attributeChanges(rows), nil
}

func attributeChanges(rows []*ent.Change) []model.AttributeChange {
	all := []model.AttributeChange{}
	for _, c := range rows {
		names := make(map[string]bool, len(c.Before)+len(c.After))
		for _, values := range []map[string]json.RawMessage{c.Before, c.After} {
			for name := range values {
				names[name] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			all = append(all, model.AttributeChange{Path: name, Before: c.Before[name], After: c.After[name]})
		}
	}
	return all
}

// targetOf returns what a request meant as it is now, or nil.
func (r *Resolver) targetOf(ctx context.Context, rec *ent.RequestRecord) (model.Node, error) {
	if rec.TargetID == nil {
		return nil, nil
	}
	key := inDirectoryKey{rec.DirectoryID, *rec.TargetID}
	if schematype.TypeOf(*rec.TargetID) == schematype.TypeGroup {
		return loadedNode(r.batchesOf(ctx).groups.load(ctx, key))
	}
	return loadedNode(r.batchesOf(ctx).users.load(ctx, key))
}

func loadedNode[T any](found *T, ok bool, err error) (model.Node, error) {
	if !ok || err != nil {
		return nil, err
	}
	return found, nil
}

// expectTargets announces the targets of a page, which are read together.
func (r *Resolver) expectTargets(ctx context.Context, rows []*ent.RequestRecord) {
	var users, groups []inDirectoryKey
	for _, rec := range rows {
		if rec.TargetID == nil {
			continue
		}
		key := inDirectoryKey{rec.DirectoryID, *rec.TargetID}
		if schematype.TypeOf(key.id) == schematype.TypeGroup {
			groups = append(groups, key)
		} else {
			users = append(users, key)
		}
	}
	b := r.batchesOf(ctx)
	b.users.expect(users)
	b.groups.expect(groups)
}
