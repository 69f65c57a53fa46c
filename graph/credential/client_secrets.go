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
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

// maxSecrets is how many secrets of a client work at a time: one, and one to
// take its place.
const maxSecrets = 2

// CreateSecret makes a secret of a client. The error names the input field that
// its id was in.
func (s Clients) CreateSecret(ctx context.Context, id uuid.UUID, field string, expiresAt *time.Time) (Issued, error) {
	c, err := s.Find(ctx, id, field)
	if err != nil {
		return Issued{}, err
	}
	return s.saveSecret(ctx, c, expiresAt)
}

// saveSecret makes a secret of c, whose row is locked.
func (s Clients) saveSecret(ctx context.Context, c *ent.OAuthClient, expiresAt *time.Time) (Issued, error) {
	if c.RevokedAt != nil {
		return Issued{}, errClientRevoked
	}
	now := schematype.Now()
	if expiresAt == nil {
		expiresAt = new(now.AddDate(2, 0, 0))
	}
	if expiresAt.Before(now.AddDate(1, 0, 0)) || expiresAt.After(now.AddDate(3, 0, 0)) {
		return Issued{}, apierror.Errorf(apierror.Invalid, "expiresAt", "a client secret must expire in one to three years")
	}
	working, err := s.WorkingSecrets(ctx, c)
	if err != nil {
		return Issued{}, err
	}
	if len(working) >= maxSecrets {
		return Issued{}, apierror.Errorf(apierror.Conflict, "", "two secrets of the client work already; revoke one first")
	}
	return Keys(s).save(ctx, &ent.Key{
		CompanyID: c.CompanyID, DirectoryID: &c.DirectoryID, ClientID: &c.ID, Kind: key.KindCLIENT,
		Name: c.Name, ExpiresAt: expiresAt,
	})
}

// WorkingSecrets returns the secrets of a client that work, newest first.
func (s Clients) WorkingSecrets(ctx context.Context, c *ent.OAuthClient) ([]*ent.Key, error) {
	secrets := list.List[*ent.Key]{
		Table: s.Tables.Keys, By: list.Newest(s.Tables.Keys.ID), Column: key.FieldClientID,
		OwnerOf: func(k *ent.Key) uuid.UUID { return *k.ClientID },
		Where: func(o load.Owner) ([]list.Predicate, error) {
			return list.OwnedThrough(key.FieldClientID, auth.Works(schematype.Now()))(o)
		},
	}
	return load.PerOwner(ctx, load.FieldOf(ctx), tables.OAuthClientOwner(c), func(ctx context.Context, owners []load.Owner) (map[uuid.UUID][]*ent.Key, error) {
		return secrets.First(ctx, owners, maxSecrets)
	})
}
