package account

import (
	"context"
	"net/mail"
	"strings"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/internal/apierror"
)

var errNoAccount = &apierror.Error{Code: apierror.NotFound, Field: "id", Message: "there is no such account"}

// Accounts makes, changes, finds and lists accounts. Safe for concurrent use.
type Accounts struct{ Config }

// Find returns an account; in a transaction its row is locked.
func (s Accounts) Find(ctx context.Context, id uuid.UUID) (*ent.Account, error) {
	a, err := s.TX.Client(ctx).Account.Query().Where(account.ID(id)).Modify(s.TX.Lock(ctx)).Only(ctx)
	return dberror.Required(errNoAccount, a, err)
}

// Create makes an account. Of a it takes company, name, mail, role, directories
// and linked user.
func (s Accounts) Create(ctx context.Context, a *ent.Account) (*ent.Account, error) {
	a.Name = strings.TrimSpace(a.Name)
	if err := checkMail(a.Mail); err != nil {
		return nil, err
	}
	after := attributes(a)
	if err := after.CheckStorable(); err != nil {
		return nil, err
	}
	now := schematype.Now()
	create := s.TX.Client(ctx).Account.Create().
		SetCompanyID(a.CompanyID).SetName(a.Name).SetNameKey(schematype.Fold(a.Name)).SetMail(a.Mail).SetRole(a.Role).
		SetNillableLinkedDirectoryID(a.LinkedDirectoryID).SetNillableLinkedUserID(a.LinkedUserID).
		SetCreatedAt(now).SetUpdatedAt(now)
	if len(a.DirectoryIds) > 0 {
		create.SetDirectoryIds(a.DirectoryIds)
	}
	made, err := create.Save(ctx)
	if err != nil {
		return nil, err
	}
	return made, s.Feed.Record(ctx, accountChange(made, change.KindCREATED, nil, after))
}

// checkMail fails for what is no bare address. An account may have none.
func checkMail(address string) error {
	if address == "" {
		return nil
	}
	if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
		return apierror.Errorf(apierror.Invalid, "mail", "mail must be an address, such as ada@example.com")
	}
	return nil
}

// SetRole gives an account, which is just read, another role. Its other sessions
// end: they began with what the account might do before. The last owner of a company
// stays one.
func (s Accounts) SetRole(ctx context.Context, a *ent.Account, role viewer.Role) (*ent.Account, error) {
	if last, err := s.isLastOwner(ctx, a); last || err != nil {
		return a, err
	}
	changed := *a
	changed.Role, changed.Version, changed.UpdatedAt = role, a.Version+1, schematype.Now()
	before, after, err := attribute.Difference(attributes(a), attributes(&changed))
	if err != nil {
		return nil, err
	}
	err = dberror.One(s.TX.Client(ctx).Account.Update().
		Where(account.CompanyID(a.CompanyID), account.ID(a.ID), account.Version(a.Version)).
		SetRole(role).SetVersion(changed.Version).SetUpdatedAt(changed.UpdatedAt).Save(ctx))
	if err != nil {
		return nil, err
	}
	if err := Sessions(s).EndAll(ctx, a, uuid.Nil); err != nil {
		return nil, err
	}
	return &changed, s.Feed.Record(ctx, accountChange(&changed, change.KindUPDATED, before, after))
}
