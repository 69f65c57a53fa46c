package requestlog

import (
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

// maxSearched is how many of the newest records are searched for a target one
// by one. An index finds the older of those that are not routine.
const maxSearched = 10_000

// In narrows to the records of a directory that are wanted.
func In(o load.Owner, in *model.RequestRecordWhereInput) []list.Predicate {
	wanted := func(s *sql.Selector) {
		list.OwnedBy(o)(s)
		for _, holds := range Filter(in) {
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
	case in.StatusMin != nil && *in.StatusMin >= 400, in.ChangedOrFailed != nil && *in.ChangedOrFailed:
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

// Filter returns the conditions of what is asked for.
func Filter(in *model.RequestRecordWhereInput) (where []predicate.RequestRecord) {
	if in == nil {
		return nil
	}
	if in.ChangedOrFailed != nil {
		where = append(where, changedOrFailed(*in.ChangedOrFailed))
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
	if in.TargetID != nil {
		where = append(where, requestrecord.TargetID(*in.TargetID))
	}
	if in.KeyID != nil {
		where = append(where, requestrecord.KeyID(*in.KeyID))
	}
	return append(where, between(in)...)
}

// changedOrFailed holds for what changed something or failed, or for the rest.
func changedOrFailed(is bool) predicate.RequestRecord {
	if is {
		return requestrecord.And(requestrecord.Routine(false), requestrecord.OutcomeNEQ(requestrecord.OutcomeUNCHANGED))
	}
	return requestrecord.Or(requestrecord.Routine(true), requestrecord.OutcomeEQ(requestrecord.OutcomeUNCHANGED))
}

// between returns the conditions of the span of time: ids carry it.
func between(in *model.RequestRecordWhereInput) (where []predicate.RequestRecord) {
	if in.Since != nil {
		where = append(where, requestrecord.IDGTE(schematype.FirstIDAt(*in.Since)))
	}
	if in.Until != nil {
		where = append(where, requestrecord.IDLT(schematype.FirstIDAt(*in.Until)))
	}
	return where
}

// outcomesOf are the outcomes that are wanted, each once.
func outcomesOf(in *model.RequestRecordWhereInput) []requestrecord.Outcome {
	if in.Outcome != nil {
		return slices.Compact(slices.Sorted(slices.Values(in.Outcome)))
	}
	return []requestrecord.Outcome{
		requestrecord.OutcomeSUCCESS, requestrecord.OutcomeUNCHANGED, requestrecord.OutcomeREJECTED, requestrecord.OutcomeFAILED, requestrecord.OutcomeTHROTTLED,
	}
}

// Matches tells of a record what Filter asks the database.
func Matches(in *model.RequestRecordWhereInput, rec *ent.RequestRecord) bool {
	if in == nil {
		return true
	}
	is := func(want, got *uuid.UUID) bool { return want == nil || got != nil && *want == *got }
	return (in.ChangedOrFailed == nil || *in.ChangedOrFailed == (!rec.Routine && rec.Outcome != requestrecord.OutcomeUNCHANGED)) &&
		(in.Outcome == nil || slices.Contains(in.Outcome, rec.Outcome)) &&
		(in.Action == nil || slices.Contains(in.Action, rec.Action)) &&
		(in.Target == nil || schematype.Fold(*in.Target) == rec.TargetKey) &&
		(in.StatusMin == nil || rec.Status >= *in.StatusMin) && (in.StatusMax == nil || rec.Status <= *in.StatusMax) &&
		(in.Since == nil || !rec.At.Before(*in.Since)) && (in.Until == nil || rec.At.Before(*in.Until)) &&
		is(in.TargetID, rec.TargetID) && is(in.KeyID, rec.KeyID)
}
