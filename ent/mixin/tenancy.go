package mixin

import (
	"cmp"

	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/viewer"
)

// Tenancy annotates a schema with how its rows belong to a company: the one
// place that says so. The policies here, the tenant guard below ent (through
// ent/generated/tenancy) and the tests read it; a schema without it is not
// generated.
type Tenancy struct {
	// Company is the column that holds the company, Directory the one that holds
	// the directory; Directory is empty for what belongs to the company itself.
	Company, Directory string
}

// Name of the annotation.
func (Tenancy) Name() string { return "Tenancy" }

// policy is what every row of a company or directory is kept under.
func policy(t Tenancy, read, write viewer.Scope) privacy.Policy {
	query := privacy.QueryPolicy{
		rule.DenyAnonymous(), rule.AllowUnscoped(), rule.RequireScopeToRead(read), rule.SameCompany(t.Company),
	}
	mutation := privacy.MutationPolicy{
		rule.DenyAnonymous(), rule.AllowUnscoped(), rule.RequireScope(write), rule.SameCompany(t.Company), rule.CreateInOwnCompany(t.Company),
	}
	if t.Directory != "" {
		query = append(query, rule.SameDirectory(t.Directory))
		mutation = append(mutation, rule.SameDirectory(t.Directory), rule.CreateInOwnDirectory(t.Directory), rule.AdministeredDirectory(t.Directory))
	}
	return privacy.Policy{Query: query, Mutation: mutation}
}

// Company makes a schema belong to a company. Read and Write are the scopes
// that an API key needs for it; [viewer.ScopeRead] and [viewer.ScopeWrite]
// where they are empty. Directory is the column that holds the directory of a
// row, for what is the company's and concerns a directory; empty for none. What
// the keys of that directory may do with it, its own policy says.
type Company struct {
	mixin.Schema
	Read, Write viewer.Scope
	Directory   string
}

func (c Company) tenancy() Tenancy { return Tenancy{Company: "company_id", Directory: c.Directory} }

// Fields of the trait.
func (Company) Fields() []ent.Field {
	return []ent.Field{field.UUID("company_id", uuid.UUID{}).Immutable()}
}

// Annotations of the trait.
func (c Company) Annotations() []schema.Annotation { return []schema.Annotation{c.tenancy()} }

// Policy of the trait.
func (c Company) Policy() ent.Policy {
	return policy(Tenancy{Company: c.tenancy().Company}, cmp.Or(c.Read, viewer.ScopeRead), cmp.Or(c.Write, viewer.ScopeWrite))
}

// OwnAccount makes a schema belong to a company, and to one account of it.
// Column holds the account. Read and Write are the scopes that take those of
// others; an account reads its own without. OwnWrite lets it change its own, too.
type OwnAccount struct {
	mixin.Schema
	Column      string
	Read, Write viewer.Scope
	OwnWrite    bool
}

// Fields of the trait.
func (OwnAccount) Fields() []ent.Field { return Company{}.Fields() }

// Annotations of the trait.
func (OwnAccount) Annotations() []schema.Annotation { return Company{}.Annotations() }

// Policy of the trait.
func (a OwnAccount) Policy() ent.Policy {
	company := Company{}.tenancy().Company
	var write privacy.MutationRule = rule.RequireScope(a.Write)
	if a.OwnWrite {
		write = rule.RequireScopeOrOwn(a.Column, a.Write)
	}
	return privacy.Policy{
		Query: privacy.QueryPolicy{
			rule.DenyAnonymous(), rule.AllowUnscoped(), rule.DenyDirectoryKeys(), rule.RequireScopeToReadOrOwn(a.Column, a.Read), rule.SameCompany(company),
		},
		Mutation: privacy.MutationPolicy{
			rule.DenyAnonymous(), rule.AllowUnscoped(), rule.DenyDirectoryKeys(), write, rule.SameCompany(company), rule.CreateInOwnCompany(company),
		},
	}
}

// Directory makes a schema belong to a directory of a company. Read is the
// scope that an API key needs to read it; [viewer.ScopeRead] where it is empty.
type Directory struct {
	mixin.Schema
	Read viewer.Scope
}

var directory = Tenancy{Company: "company_id", Directory: "directory_id"}

// Fields of the trait.
func (Directory) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("company_id", uuid.UUID{}).Immutable(),
		field.UUID("directory_id", uuid.UUID{}).Immutable(),
	}
}

// Annotations of the trait.
func (Directory) Annotations() []schema.Annotation { return []schema.Annotation{directory} }

// Policy of the trait.
func (d Directory) Policy() ent.Policy {
	return policy(directory, cmp.Or(d.Read, viewer.ScopeRead), viewer.ScopeWrite)
}

// Interceptors of the trait.
func (Directory) Interceptors() []ent.Interceptor {
	return []ent.Interceptor{rule.HideDeleted(directory.Directory)}
}

// OwnCompany makes a schema the company itself: its own id is the company its
// row belongs to.
type OwnCompany struct{ mixin.Schema }

var ownCompany = Tenancy{Company: "id"}

// Annotations of the trait.
func (OwnCompany) Annotations() []schema.Annotation { return []schema.Annotation{ownCompany} }

// Policy of the trait.
func (OwnCompany) Policy() ent.Policy { return policy(ownCompany, viewer.ScopeRead, viewer.ScopeWrite) }

// Interceptors of the trait.
func (OwnCompany) Interceptors() []ent.Interceptor {
	return []ent.Interceptor{rule.HideDeleting("state")}
}

// OwnDirectory makes a schema the directory itself: its own id is the
// directory its row belongs to.
type OwnDirectory struct{ mixin.Schema }

var ownDirectory = Tenancy{Company: "company_id", Directory: "id"}

// Fields of the trait.
func (OwnDirectory) Fields() []ent.Field { return Company{}.Fields() }

// Annotations of the trait.
func (OwnDirectory) Annotations() []schema.Annotation { return []schema.Annotation{ownDirectory} }

// Policy of the trait.
func (OwnDirectory) Policy() ent.Policy {
	return policy(ownDirectory, viewer.ScopeRead, viewer.ScopeWrite)
}

// Interceptors of the trait.
func (OwnDirectory) Interceptors() []ent.Interceptor {
	return []ent.Interceptor{rule.HideDeleting("state")}
}
