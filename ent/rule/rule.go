package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/intercept"
	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/viewer"
)

// DenyAnonymous denies everything to a context without a viewer.
func DenyAnonymous() privacy.QueryMutationRule {
	return privacy.ContextQueryMutationRule(func(ctx context.Context) error {
		if _, ok := viewer.FromContext(ctx); !ok {
			return privacy.Denyf("no viewer")
		}
		return privacy.Skip
	})
}

// AllowUnscoped allows everything to operators and to the system.
func AllowUnscoped() privacy.QueryMutationRule {
	return privacy.ContextQueryMutationRule(func(ctx context.Context) error {
		if v, _ := viewer.FromContext(ctx); v.Unscoped() {
			return privacy.Allow
		}
		return privacy.Skip
	})
}

// RequireScope denies viewers without scope s.
func RequireScope(s viewer.Scope) privacy.QueryMutationRule {
	return privacy.ContextQueryMutationRule(func(ctx context.Context) error {
		if v, _ := viewer.FromContext(ctx); !v.May(s) {
			return lacks(v, "this needs the scope %s", s)
		}
		return privacy.Skip
	})
}

// RequireScopeToRead denies viewers who may not read what takes scope s.
func RequireScopeToRead(s viewer.Scope) privacy.QueryRule {
	return privacy.ContextQueryMutationRule(func(ctx context.Context) error {
		if v, _ := viewer.FromContext(ctx); !v.MayRead(s) {
			return lacks(v, "this needs the scope %s", s)
		}
		return privacy.Skip
	})
}

// DenyDirectoryKeys denies everything to directory keys: the rows belong to a
// company and not to a directory.
func DenyDirectoryKeys() privacy.QueryMutationRule {
	return privacy.ContextQueryMutationRule(func(ctx context.Context) error {
		if v, _ := viewer.FromContext(ctx); v.Kind == viewer.DirectoryKey {
			return privacy.Denyf("a directory key opens nothing but its directory")
		}
		return privacy.Skip
	})
}

// DenyWrites denies these operations, or all operations if none is given. Only
// unscoped viewers may do them.
func DenyWrites(ops ...ent.Op) privacy.MutationRule {
	rule := privacy.MutationRuleFunc(func(context.Context, ent.Mutation) error {
		return privacy.Denyf("not to be changed by a viewer")
	})
	if len(ops) == 0 {
		return rule
	}
	var any ent.Op
	for _, op := range ops {
		any |= op
	}
	return privacy.OnMutationOperation(rule, any)
}

// SameCompany hides the rows of other companies from queries, updates and deletes.
// [CreateInOwnCompany] does so for creates, where there is no row yet.
func SameCompany(column string) privacy.QueryMutationRule {
	return same{column, ownCompany}
}

// SameDirectory hides the rows of other directories from directory keys.
// [CreateInOwnDirectory] does so for creates.
func SameDirectory(column string) privacy.QueryMutationRule {
	return same{column, ownDirectory}
}

// CreateInOwnCompany denies creating a row in a company other than the viewer's.
func CreateInOwnCompany(column string) privacy.MutationRule {
	return createIn(column, ownCompany)
}

// CreateInOwnDirectory denies directory keys to create a row in another
// directory.
func CreateInOwnDirectory(column string) privacy.MutationRule {
	return createIn(column, ownDirectory)
}

// owner returns the company or directory that a viewer is bound to; bound is
// false if it is bound to none.
type owner func(viewer.Viewer) (id uuid.UUID, bound bool)

func ownCompany(v viewer.Viewer) (uuid.UUID, bool) { return v.CompanyID, true }

func ownDirectory(v viewer.Viewer) (uuid.UUID, bool) {
	return v.DirectoryID, v.Kind == viewer.DirectoryKey
}

func createIn(column string, own owner) privacy.MutationRule {
	return privacy.OnMutationOperation(privacy.MutationRuleFunc(func(ctx context.Context, m ent.Mutation) error {
		v, _ := viewer.FromContext(ctx)
		id, bound := own(v)
		if !bound {
			return privacy.Skip
		}
		if got, _ := m.Field(column); id == uuid.Nil || got != id {
			return privacy.Denyf("%s: %s is not the viewer's", m.Type(), column)
		}
		return privacy.Skip
	}), ent.OpCreate)
}

// same adds the predicate that a column equals the id that the viewer is bound to,
// to queries, updates and deletes.
type same struct {
	column string
	own    owner
}

// EvalQuery narrows q.
func (s same) EvalQuery(ctx context.Context, q ent.Query) error {
	query, err := intercept.NewQuery(q)
	if err != nil {
		return privacy.Denyf("unknown query %T", q)
	}
	return s.narrow(ctx, query)
}

// EvalMutation narrows m, unless it creates.
func (s same) EvalMutation(ctx context.Context, m ent.Mutation) error {
	if m.Op().Is(ent.OpCreate) {
		return privacy.Skip
	}
	mutation, ok := m.(narrowable)
	if !ok {
		return privacy.Denyf("unknown mutation %T", m)
	}
	return s.narrow(ctx, mutation)
}

// narrowable is a query or mutation that takes predicates.
type narrowable interface {
	WhereP(...func(*sql.Selector))
}

func (s same) narrow(ctx context.Context, n narrowable) error {
	v, _ := viewer.FromContext(ctx)
	id, bound := s.own(v)
	if bound && id == uuid.Nil {
		return privacy.Denyf("the viewer is bound to nothing")
	}
	if bound {
		n.WhereP(sql.FieldEQ(s.column, id))
	}
	return privacy.Skip
}
