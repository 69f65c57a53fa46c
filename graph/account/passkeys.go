package account

import (
	"context"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/internal/passkey"
)

// AddPasskey stores a new passkey of the viewer's account. Its name may be empty.
func (s Accounts) AddPasskey(ctx context.Context, name string, made passkey.Credential) error {
	v, _ := viewer.FromContext(ctx)
	client := s.TX.Client(ctx)
	a, err := client.Account.Query().Where(account.ID(v.AccountID)).Only(ctx)
	if err != nil {
		return err
	}
	if name == "" {
		name = "Passkey"
	}
	now := schematype.Now()
	err = client.Passkey.Create().SetCompanyID(a.CompanyID).SetAccountID(a.ID).SetName(name).
		SetCredentialID(made.ID).SetPublicKey(made.PublicKey).SetAaguid(made.AAGUID).SetTransports(made.Transports).
		SetSignCount(int64(made.SignCount)).SetBackupEligible(made.BackupEligible).SetBackedUp(made.BackedUp).
		SetCreatedAt(now).SetUpdatedAt(now).Exec(ctx)
	if err != nil {
		return err
	}
	return s.passkeyChanged(ctx, a, nil, attribute.Values{"passkey": name})
}

// passkeyChanged records what became of a passkey as a change of its account.
func (s Accounts) passkeyChanged(ctx context.Context, a *ent.Account, before, after attribute.Values) error {
	return s.Feed.Record(ctx, accountChange(a, change.KindUPDATED, before, after))
}
