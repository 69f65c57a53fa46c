package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directoryhealth"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/requestlog"
)

// healthOf tells how the provisioning of a directory goes, from the one row
// that the writer of request records maintains.
func (r *Resolver) healthOf(ctx context.Context, d *ent.Directory) (*model.DirectoryHealth, error) {
	row, err := load.PerOwner(ctx, load.FieldOf(ctx), directoryOwner(d), r.readHealths)
	if err != nil {
		return nil, err
	}
	if row == nil {
		return &model.DirectoryHealth{Status: model.HealthStatusNeverConnected}, nil
	}
	return requestlog.Health(row, r.cfg.Now()), nil
}

func (r *Resolver) readHealths(ctx context.Context, directories []load.Owner) (map[uuid.UUID]*ent.DirectoryHealth, error) {
	rows, err := r.client(ctx).DirectoryHealth.Query().Where(directoryhealth.DirectoryIDIn(load.IDs(directories)...)).All(ctx)
	return by(rows, func(h *ent.DirectoryHealth) uuid.UUID { return h.DirectoryID }), err
}
