package requestlog

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
)

// clockSkew is how far the clocks of replicas may be apart.
const clockSkew = time.Minute

// Key is what tells the changes that a request made: those of its key
// and its target, while it ran.
type Key struct {
	company, target, key uuid.UUID // key is zero where that is not known
	request              string
	from, to             uuid.UUID
}

// KeyOf returns the key of a request; ok is false where it changed nothing.
func KeyOf(rec *ent.RequestRecord) (k Key, ok bool) {
	if len(rec.Changed) == 0 || rec.TargetID == nil || rec.RequestID == "" {
		return k, false
	}
	began := rec.At.Add(-time.Duration(rec.DurationUs) * time.Microsecond)
	k = Key{
		company: rec.CompanyID, target: *rec.TargetID, request: rec.RequestID,
		from: schematype.FirstIDAt(began.Add(-clockSkew)), to: schematype.FirstIDAt(rec.At.Add(clockSkew)),
	}
	if rec.KeyID != nil {
		k.key = *rec.KeyID
	}
	return k, true
}

func (k Key) narrow(s *sql.Selector) {
	change.And(change.CompanyID(k.company), change.ResourceID(k.target), change.RequestID(k.request), change.IDGTE(k.from), change.IDLT(k.to))(s)
	if k.key != uuid.Nil {
		change.KeyID(k.key)(s)
	}
}

func (k Key) holds(c *ent.Change) bool {
	return c.ResourceID == k.target && c.RequestID == k.request &&
		(k.key == uuid.Nil || c.KeyID != nil && *c.KeyID == k.key) &&
		bytes.Compare(c.ID[:], k.from[:]) >= 0 && bytes.Compare(c.ID[:], k.to[:]) < 0
}

// ReadChanges returns the changes that requests made.
func ReadChanges(ctx context.Context, changes list.Table[*ent.Change], requests []Key) (map[Key][]*ent.Change, error) {
	made := make(map[Key][]*ent.Change, len(requests))
	for chunk := range slices.Chunk(requests, list.PerStatement) {
		parts := make([]list.Predicate, len(chunk))
		for i, k := range chunk {
			parts[i] = k.narrow
		}
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

// AttributeChanges returns what changes altered, attribute by attribute.
func AttributeChanges(rows []*ent.Change) []model.AttributeChange {
	all := []model.AttributeChange{}
	for _, c := range rows {
		names := slices.AppendSeq(slices.Collect(maps.Keys(c.Before)), maps.Keys(c.After))
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			all = append(all, model.AttributeChange{Path: name, Before: c.Before[name], After: c.After[name]})
		}
	}
	return all
}
