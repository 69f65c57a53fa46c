package credential

import (
	"context"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/internal/auth"
)

// Connection is a page of the keys of a directory, or of the viewer's company
// where there is no owner.
func (s Keys) Connection(ctx context.Context, o load.Owner, args list.Args, by []model.KeyOrder, in *model.KeyWhereInput) (*model.KeyConnection, error) {
	order, err := tables.KeyOrder(by)
	if err != nil {
		return nil, err
	}
	l := list.List[*ent.Key]{
		Table: s.Tables.Keys, Scope: list.Scope{Sealer: s.Sealer, Name: "keys", Owner: o.ID}, By: order, Column: key.FieldDirectoryID,
		OwnerOf: func(k *ent.Key) uuid.UUID { return *k.DirectoryID }, Where: list.Owned(keyFilter(in)...),
	}
	p, err := l.Page(ctx, o, args)
	if err != nil {
		return nil, err
	}
	return &model.KeyConnection{PageInfo: p.Info, Total: l.Total(ctx, o), Edges: list.Edges(p, func(k *ent.Key, cursor string) model.KeyEdge {
		return model.KeyEdge{Node: k, Cursor: cursor}
	})}, nil
}

func keyFilter(in *model.KeyWhereInput) (where []list.Predicate) {
	if in == nil {
		return nil
	}
	if in.Kind != nil {
		where = append(where, key.KindEQ(*in.Kind))
	}
	if in.DirectoryID != nil {
		where = append(where, key.DirectoryID(*in.DirectoryID))
	}
	if in.Working != nil {
		works := auth.Works(schematype.Now())
		if !*in.Working {
			works = key.Not(works)
		}
		where = append(where, works)
	}
	return where
}

// State returns the state of a key at a time.
func State(k *ent.Key, now time.Time) model.KeyState {
	switch {
	case k.RevokedAt != nil:
		return model.KeyStateRevoked
	case k.ExpiresAt != nil && !now.Before(*k.ExpiresAt):
		return model.KeyStateExpired
	case k.SuccessorID != nil:
		return model.KeyStateRotating
	case k.ExpiresAt != nil && k.ExpiresAt.Sub(now) < ExpiresSoon:
		return model.KeyStateExpiring
	}
	return model.KeyStateActive
}
