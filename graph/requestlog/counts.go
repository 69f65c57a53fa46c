package requestlog

import (
	"context"

	"entgo.io/ent/dialect/sql"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

// Counts counts the records of a directory that are wanted by outcome and action.
// It looks at the newest maxSearched of each part of them that an index leads to.
func (l *Log) Counts(ctx context.Context, directory *ent.Directory, in *model.RequestRecordWhereInput) (*model.RequestRecordCounts, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	if in == nil {
		in = new(model.RequestRecordWhereInput)
	}
	client := l.DB.Client(ctx).RequestRecord
	all := &model.RequestRecordCounts{Directory: directory, Counts: []model.RequestRecordCount{}, Complete: true}
	owner := list.OwnedBy(load.Owner{Company: directory.CompanyID, Directory: directory.ID})
	for _, p := range partsOf(in) {
		within := append(p.within, owner, requestrecord.RoutineEQ(p.routine))
		last, err := client.Query().Where(append(p.counted(in), owner)...).
			Order(requestrecord.ByID(sql.OrderDesc())).Offset(maxSearched - 1).Limit(2).IDs(ctx)
		if err != nil {
			return nil, err
		}
		more := len(last) > 1
		if more {
			within = append(within, requestrecord.IDGTE(last[0]))
		}
		var rows []model.RequestRecordCount
		err = client.Query().Where(append(within, Filter(in)...)...).
			GroupBy(requestrecord.FieldOutcome, requestrecord.FieldAction).Aggregate(ent.As(ent.Count(), "count")).Scan(ctx, &rows)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			rows[i].OrMore = more
		}
		all.Counts, all.Complete = append(all.Counts, rows...), all.Complete && !more
	}
	return all, nil
}

// part is a part of the log that an index leads to.
type part struct {
	within  []predicate.RequestRecord // besides the directory
	routine bool
}

// counted narrows to the records of the part that are looked at, of the span of
// time that is wanted. No index tells routine records from others.
func (p part) counted(in *model.RequestRecordWhereInput) []predicate.RequestRecord {
	if p.routine {
		return between(in)
	}
	return append(append(between(in), p.within...), requestrecord.Routine(false))
}

// partsOf returns the parts of the log that have records that are wanted.
func partsOf(in *model.RequestRecordWhereInput) (parts []part) {
	switch {
	case in.TargetID != nil:
		parts = append(parts, part{within: []predicate.RequestRecord{requestrecord.TargetID(*in.TargetID)}})
	case in.Target != nil:
		parts = append(parts, part{within: []predicate.RequestRecord{requestrecord.TargetKey(schematype.Fold(*in.Target))}})
	default:
		for _, outcome := range outcomesOf(in) {
			parts = append(parts, part{within: []predicate.RequestRecord{requestrecord.OutcomeEQ(outcome)}})
		}
	}
	if !notable(in) {
		parts = append(parts, part{routine: true})
	}
	return parts
}
