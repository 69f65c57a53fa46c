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
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// newestFirst is the order of records: their ids carry their time.
var newestFirst = list.Newest(recordID)

func (r *Resolver) requestRecordsConnection(ctx context.Context, d *ent.Directory, args list.Args, in *model.RequestRecordWhereInput) (*model.RequestRecordConnection, error) {
	if v, _ := viewer.FromContext(ctx); !v.May(viewer.ScopeRecords) {
		return nil, apierror.Errorf(apierror.Forbidden, "", "this needs the scope RECORDS")
	}
	l := list.List[*ent.RequestRecord]{
		Table: r.tables.records, Scope: list.Scope{Sealer: r.cfg.Sealer, Name: "requestRecords", Owner: d.ID}, By: newestFirst, Column: requestrecord.FieldDirectoryID,
		OwnerOf: func(rec *ent.RequestRecord) uuid.UUID { return rec.DirectoryID },
		Where:   func(o load.Owner) ([]list.Predicate, error) { return recordsIn(o, in), nil },
	}
	p, err := l.Page(ctx, directoryOwner(d), args)
	if err != nil {
		return nil, err
	}
	return &model.RequestRecordConnection{PageInfo: p.Info, Edges: list.Edges(p, func(rec *ent.RequestRecord, cursor string) model.RequestRecordEdge {
		return model.RequestRecordEdge{Node: rec, Cursor: cursor}
	})}, nil
}

// maxSearched is how many of the newest records are searched for a target one
// by one. An index finds the older of those that are not routine.
const maxSearched = 10_000

// recordsIn narrows to the records of a directory that are wanted.
func recordsIn(o load.Owner, in *model.RequestRecordWhereInput) []list.Predicate {
	wanted := func(s *sql.Selector) {
		list.OwnedBy(o)(s)
		for _, holds := range recordFilter(in) {
			holds(s)
		}
	}
	some := func(s *sql.Selector) { wanted(s); requestrecord.Routine(false)(s) }
	switch {
	case notable(in):
		return []list.Predicate{some}
	case in == nil || in.Target == nil && in.TargetID == nil:
		return []list.Predicate{wanted}
	}
	return []list.Predicate{some, func(s *sql.Selector) {
		wanted(s)
		requestrecord.Routine(true)(s)
		s.Where(searched(s, o))
	}}
}

// searched holds for the newest records of a directory.
func searched(s *sql.Selector, o load.Owner) *sql.Predicate {
	t := sql.Dialect(s.Dialect()).Table(requestrecord.Table)
	oldest := sql.Dialect(s.Dialect()).Select(t.C(requestrecord.FieldID)).From(t)
	list.OwnedBy(o)(oldest)
	oldest.OrderBy(sql.Desc(t.C(requestrecord.FieldID))).Offset(maxSearched).Limit(1)
	return sql.P(func(b *sql.Builder) {
		b.WriteString(s.C(requestrecord.FieldID) + " > COALESCE(").Wrap(func(b *sql.Builder) { b.Join(oldest) }).WriteString(", ").Arg(uuid.Nil).WriteString(")")
	})
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

// requestKey is what tells the changes that a request made: those of its key
// and its target, while it ran.
type requestKey struct {
	company, target, key uuid.UUID // key is zero where that is not known
	request              string
	from, to             uuid.UUID
}

// requestKeyOf returns the key of a request; ok is false where it changed nothing.
func requestKeyOf(rec *ent.RequestRecord) (k requestKey, ok bool) {
	if len(rec.Changed) == 0 || rec.TargetID == nil || rec.RequestID == "" {
		return k, false
	}
	began := rec.At.Add(-time.Duration(rec.DurationUs) * time.Microsecond)
	k = requestKey{
		company: rec.CompanyID, target: *rec.TargetID, request: rec.RequestID,
		from: schematype.FirstIDAt(began.Add(-clockSkew)), to: schematype.FirstIDAt(rec.At.Add(clockSkew)),
	}
	if rec.KeyID != nil {
		k.key = *rec.KeyID
	}
	return k, true
}

func (k requestKey) narrow(s *sql.Selector) {
	change.And(change.CompanyID(k.company), change.ResourceID(k.target), change.RequestID(k.request), change.IDGTE(k.from), change.IDLT(k.to))(s)
	if k.key != uuid.Nil {
		change.KeyID(k.key)(s)
	}
}

func (k requestKey) holds(c *ent.Change) bool {
	return c.ResourceID == k.target && c.RequestID == k.request &&
		(k.key == uuid.Nil || c.KeyID != nil && *c.KeyID == k.key) &&
		compareIDs(c.ID, k.from) >= 0 && compareIDs(c.ID, k.to) < 0
}

// changesOf returns what a request changed, from the changes that its
// transaction left behind.
func (r *Resolver) changesOf(ctx context.Context, rec *ent.RequestRecord) ([]model.AttributeChange, error) {
	k, ok := requestKeyOf(rec)
	if !ok {
		return []model.AttributeChange{}, nil
	}
	rows, _, err := r.loaders.requestChanges.Load(ctx, "changes", k)
	return attributeChanges(rows), err
}

// readRequestChanges returns the changes that requests made.
func readRequestChanges(ctx context.Context, changes list.Table[*ent.Change], requests []requestKey) (map[requestKey][]*ent.Change, error) {
	made := make(map[requestKey][]*ent.Change, len(requests))
	for chunk := range slices.Chunk(requests, list.PerStatement) {
		parts := collect(chunk, func(k requestKey) list.Predicate { return k.narrow })
		rows, err := changes.Query(ctx, []list.Predicate{func(s *sql.Selector) {
			s.Where(list.AnyOf(s, change.Table, parts, func(*sql.Selector) {})).OrderBy(s.C(change.FieldID))
		}}).All(ctx)
		if err != nil {
			return nil, err
		}
		for _, k := range chunk {
			made[k] = slices.DeleteFunc(slices.Clone(rows), func(c *ent.Change) bool { return !k.holds(c) })
		}
	}
	return made, nil
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
		return loadedNode(r.loaders.groups.Load(ctx, "target", key))
	}
	return loadedNode(r.loaders.users.Load(ctx, "target", key))
}

func loadedNode[T any](found *T, ok bool, err error) (model.Node, error) {
	if !ok || err != nil {
		return nil, err
	}
	return found, nil
}
