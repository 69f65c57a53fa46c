package feed

import (
	"context"

	"github.com/google/uuid"

	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
)

// Connection returns a page of the feed of a company, or of a directory.
func (r Reader) Connection(ctx context.Context, o load.Owner, in *model.ChangeWhereInput, after *string, first *int) (*model.ChangeConnection, error) {
	f := NewFilter(o.Company, nil, in)
	if o.Directory != uuid.Nil {
		f.Directory = &o.Directory
	}
	limit, err := list.Args{First: first}.Size()
	if err != nil {
		return nil, err
	}
	cursors := NewCursors(r.Sealer, f.Company)
	from, err := cursors.Open(after)
	if err != nil {
		return nil, err
	}
	p, err := load.PerOwner(ctx, load.FieldOf(ctx), o, func(ctx context.Context, owners []load.Owner) (map[uuid.UUID]Page, error) {
		return r.ReadEach(ctx, f, owners, from, limit)
	})
	if err != nil {
		return nil, err
	}
	latest := cursors.Seal(p.Head)
	if p.Missed {
		return &model.ChangeConnection{
			Edges: []model.ChangeEdge{}, PageInfo: &model.PageInfo{EndCursor: &latest}, ResyncRequired: true, LatestCursor: latest,
		}, nil
	}
	end := cursors.Seal(p.To)
	c := &model.ChangeConnection{
		Edges:        make([]model.ChangeEdge, len(p.Rows)),
		PageInfo:     &model.PageInfo{HasNextPage: p.To < p.Head, HasPreviousPage: from != nil, EndCursor: &end},
		LatestCursor: latest,
	}
	for i, row := range p.Rows {
		c.Edges[i] = model.ChangeEdge{Node: row, Cursor: cursors.Seal(*row.Position)}
	}
	if len(c.Edges) > 0 {
		c.PageInfo.StartCursor = &c.Edges[0].Cursor
	}
	return c, nil
}
