package graph

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

const (
	// erasedAtOnce is how many users, groups and memberships go with their
	// directory in one statement. That many take well below a second.
	erasedAtOnce = 10_000
	maxErased    = 1000 // of these that are deleted in one transaction
)

// deleteDirectory makes a directory not exist any more. What a large one holds
// is left to [Resolver.Erase].
func (r *Resolver) deleteDirectory(ctx context.Context, in model.DeleteDirectoryInput) error {
	d, err := r.findDirectory(ctx, in.ID)
	if err != nil {
		return err
	}
	if err := checkVersion(in.Version, d.Version); err != nil {
		return err
	}
	holds, err := r.countsOf(ctx, d.ID)
	if err != nil {
		return err
	}
	if holds.Users+holds.Groups+holds.Memberships > erasedAtOnce {
		err = r.closeDirectory(ctx, d)
	} else {
		_, err = r.client(ctx).Directory.Delete().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID)).Exec(ctx)
	}
	if err != nil {
		return err
	}
	r.keysChanged(ctx, d.ID)
	return r.record(ctx, directoryChange(d, change.KindDELETED, directoryAttributes(d), nil))
}

// closeDirectory hides a directory from everybody and takes away what opens
// it. Whoever may delete a directory may do that, whatever else they may not.
func (r *Resolver) closeDirectory(ctx context.Context, d *ent.Directory) error {
	erase := viewer.WithSystem(ctx, viewer.Erase)
	client := r.client(ctx)
	if _, err := client.Key.Delete().Where(key.CompanyID(d.CompanyID), key.DirectoryID(d.ID)).Exec(erase); err != nil {
		return err
	}
	if _, err := client.OAuthClient.Delete().Where(oauthclient.CompanyID(d.CompanyID), oauthclient.DirectoryID(d.ID)).Exec(erase); err != nil {
		return err
	}
	r.keysChanged(ctx, d.CompanyID) // to API keys it is gone
	entdb.OnCommit(ctx, func() {
		select {
		case r.closed <- struct{}{}:
		default: // it is to be looked for already
		}
	})
	return client.Directory.Update().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID)).
		SetState(directory.StateDELETING).Exec(erase)
}

// Erase deletes what deleted directories held, in transactions so small that
// others get their turn between, and returns how much that was. When it is
// interrupted the next one goes on, here or on another replica.
func (r *Resolver) Erase(ctx context.Context) (int, error) {
	ctx = viewer.WithSystem(ctx, viewer.Erase)
	closed, err := r.client(ctx).Directory.Query().Where(directory.StateEQ(directory.StateDELETING)).All(ctx)
	if err != nil {
		return 0, err
	}
	erased, failed := 0, []error{}
	for _, d := range closed {
		for {
			n, err := inTx(ctx, r, func(ctx context.Context) (int, error) { return r.erasePart(ctx, d) })
			erased += n
			if err != nil {
				failed = append(failed, err) // and on with the next directory
			}
			if err != nil || n == 0 {
				break
			}
		}
	}
	return erased, errors.Join(failed...)
}

// erasePart deletes some of what a directory holds, the directory when it
// holds nothing, and nothing when that is done. Replicas take turns on its row.
func (r *Resolver) erasePart(ctx context.Context, d *ent.Directory) (int, error) {
	lock := r.client(ctx).Directory.Query().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID))
	if r.rowLocks() {
		lock.ForUpdate()
	}
	if ids, err := lock.IDs(ctx); err != nil || len(ids) == 0 {
		return 0, err
	}
	for _, erase := range []func(context.Context, uuid.UUID) (int, error){r.eraseMemberships, r.eraseUsers, r.eraseGroups} {
		if n, err := erase(ctx, d.ID); n > 0 || err != nil {
			return n, err
		}
	}
	return r.client(ctx).Directory.Delete().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID)).Exec(ctx)
}

func (r *Resolver) eraseMemberships(ctx context.Context, directoryID uuid.UUID) (int, error) {
	client := r.client(ctx).Membership
	ids, err := client.Query().Where(membership.DirectoryID(directoryID)).Limit(maxErased).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return client.Delete().Where(membership.DirectoryID(directoryID), membership.IDIn(ids...)).Exec(ctx)
}

func (r *Resolver) eraseUsers(ctx context.Context, directoryID uuid.UUID) (int, error) {
	client := r.client(ctx).User
	ids, err := client.Query().Where(user.DirectoryID(directoryID)).Limit(maxErased).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return client.Delete().Where(user.DirectoryID(directoryID), user.IDIn(ids...)).Exec(ctx)
}

func (r *Resolver) eraseGroups(ctx context.Context, directoryID uuid.UUID) (int, error) {
	client := r.client(ctx).Group
	ids, err := client.Query().Where(group.DirectoryID(directoryID)).Limit(maxErased).IDs(ctx)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return client.Delete().Where(group.DirectoryID(directoryID), group.IDIn(ids...)).Exec(ctx)
}

// RunErase erases when a directory was deleted here, and every interval what
// was left elsewhere, until ctx ends.
func (r *Resolver) RunErase(ctx context.Context, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if _, err := r.Erase(ctx); err != nil && ctx.Err() == nil {
			zerolog.Ctx(ctx).Warn().Str("error", sqlconn.Detail(err)).Msg("erasing a deleted directory failed; it is tried again")
		}
		select {
		case <-ctx.Done():
			return
		case <-r.closed:
		case <-tick.C:
		}
	}
}
