package graph

import (
	"context"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/generated/oauthclient"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// deleteDirectory makes a directory not exist any more. What it holds is left to
// [Resolver.Erase]: requests that are on their way have rows of it locked.
func (r *Resolver) deleteDirectory(ctx context.Context, in model.DeleteDirectoryInput) error {
	d, err := r.findDirectory(ctx, in.ID)
	if err != nil {
		return err
	}
	if err := checkVersion(in.Version, d.Version); err != nil {
		return err
	}
	if err := r.closeDirectory(ctx, d); err != nil {
		return err
	}
	r.keysChanged(ctx, d.ID)
	return r.record(ctx, directoryChange(d, change.KindDELETED, directoryAttributes(d), nil))
}

// closeDirectory hides a directory from everybody and takes away what opens
// it. Whoever may delete a directory may do that, whatever else they may not.
func (r *Resolver) closeDirectory(ctx context.Context, d *ent.Directory) error {
	client := r.client(ctx)
	err := client.Directory.Update().Where(directory.CompanyID(d.CompanyID), directory.ID(d.ID)).
		SetState(directory.StateDELETING).Exec(ctx)
	if err != nil {
		return err
	}
	erase := viewer.WithSystem(ctx, viewer.Erase)
	if _, err := client.Key.Delete().Where(key.CompanyID(d.CompanyID), key.DirectoryID(d.ID)).Exec(erase); err != nil {
		return err
	}
	if _, err := client.OAuthClient.Delete().Where(oauthclient.CompanyID(d.CompanyID), oauthclient.DirectoryID(d.ID)).Exec(erase); err != nil {
		return err
	}
	r.keysChanged(ctx, d.CompanyID) // to API keys it is gone
	r.eraseSoon(ctx)
	return nil
}
