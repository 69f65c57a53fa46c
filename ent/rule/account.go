package rule

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/intercept"
	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/viewer"
)

// RequireScopeToReadOrOwn narrows queries of an account that may not read what
// takes scope s to its own rows, and denies them to other viewers who may not.
// column holds the account.
func RequireScopeToReadOrOwn(column string, s viewer.Scope) privacy.QueryRule {
	return privacy.QueryRuleFunc(func(ctx context.Context, q ent.Query) error {
		v, _ := viewer.FromContext(ctx)
		if v.MayRead(s) {
			return privacy.Skip
		}
		query, err := intercept.NewQuery(q)
		if err != nil || !signedIn(v) {
			return lacks(v, "this needs the scope %s", s)
		}
		query.WhereP(sql.FieldEQ(column, v.AccountID))
		return privacy.Skip
	})
}

// RequireScopeOrOwn is RequireScopeToReadOrOwn for updates and deletes, and for
// creates, where it asks that the row is the viewer's own.
func RequireScopeOrOwn(column string, s viewer.Scope) privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		v, _ := viewer.FromContext(ctx)
		if v.May(s) {
			return privacy.Skip
		}
		mutation, ok := m.(narrowable)
		switch {
		case !ok || !signedIn(v):
			return lacks(v, "this needs the scope %s", s)
		case m.Op().Is(ent.OpCreate):
			return ownRow(v, m, column)
		}
		mutation.WhereP(sql.FieldEQ(column, v.AccountID))
		return privacy.Skip
	})
}

// CreateForOwnAccount denies creating a row of another account than the viewer's.
func CreateForOwnAccount(column string) privacy.MutationRule {
	return privacy.OnMutationOperation(privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		v, _ := viewer.FromContext(ctx)
		return ownRow(v, m, column)
	}), ent.OpCreate)
}

func ownRow(v viewer.Viewer, m ent.Mutation, column string) error {
	if got, _ := m.Field(column); !signedIn(v) || got != v.AccountID {
		return privacy.Denyf("%s: %s is not the viewer's", m.Type(), column)
	}
	return privacy.Skip
}

func signedIn(v viewer.Viewer) bool { return v.Kind == viewer.Account && v.AccountID != uuid.Nil }

// AdministeredDirectory keeps accounts that administer some directories alone
// from changing what is of others, or of the company. column holds the directory.
func AdministeredDirectory(column string) privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		v, _ := viewer.FromContext(ctx)
		if len(v.Directories) == 0 {
			return privacy.Skip
		}
		mutation, ok := m.(narrowable)
		if !ok {
			return privacy.Denyf("unknown mutation %T", m)
		}
		if m.Op().Is(ent.OpCreate) {
			if id, _ := m.Field(column); !slices.ContainsFunc(v.Directories, func(d uuid.UUID) bool { return id == d }) {
				return &Denied{"your account administers other directories"}
			}
			return privacy.Skip
		}
		mutation.WhereP(sql.FieldIn(column, v.Directories...))
		return privacy.Skip
	})
}

// DenyPartialAdministrators denies writes to accounts that administer some
// directories alone.
func DenyPartialAdministrators() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, _ ent.Mutation) error {
		if v, _ := viewer.FromContext(ctx); len(v.Directories) > 0 {
			return &Denied{"your account administers some directories, and not the company"}
		}
		return privacy.Skip
	})
}

// DenyStrongerAccounts denies giving a role that may do what its giver may not,
// and hides the accounts of such roles from updates and deletes.
func DenyStrongerAccounts() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		mutation, ok := m.(*ent.AccountMutation)
		if !ok {
			return privacy.Denyf("unexpected mutation %T", m)
		}
		v, _ := viewer.FromContext(ctx)
		if role, set := mutation.Role(); set && !v.MayGive(role) {
			return stronger(role)
		}
		if !m.Op().Is(ent.OpCreate) {
			mutation.WhereP(sql.FieldIn("role", given(v)...))
		}
		return privacy.Skip
	})
}

// DenyStrongerInvitations is DenyStrongerAccounts for invitations.
func DenyStrongerInvitations() privacy.MutationRule {
	return privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		mutation, ok := m.(*ent.InvitationMutation)
		if !ok {
			return privacy.Denyf("unexpected mutation %T", m)
		}
		v, _ := viewer.FromContext(ctx)
		if role, set := mutation.Role(); set && !v.MayGive(role) {
			return stronger(role)
		}
		return privacy.Skip
	})
}

func stronger(r viewer.Role) error {
	return &Denied{"nobody gives a role that may do more than they may, such as " + string(r)}
}

// given are the roles that a viewer may give.
func given(v viewer.Viewer) (roles []any) {
	for _, r := range viewer.Roles {
		if v.MayGive(r) {
			roles = append(roles, string(r))
		}
	}
	return roles
}
