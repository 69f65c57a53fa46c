package viewer

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Kind is the sort of caller.
type Kind string

// The kinds of viewer.
const (
	// DirectoryKey opens SCIM for one directory and nothing else.
	DirectoryKey Kind = "DIRECTORY_KEY"
	// APIKey opens GraphQL for one company, within its scopes.
	APIKey Kind = "API_KEY"
	// Account is a person who signed in to one company, within the scopes of their role.
	Account Kind = "ACCOUNT"
	// Operator runs the installation: who can open the database on the command line.
	Operator Kind = "OPERATOR"
	// System is work of the server itself that has no caller; see [WithSystem].
	System Kind = "SYSTEM"
)

// Scope limits what an API key or an account may do.
type Scope string

// The scopes of API keys and accounts.
const (
	ScopeRead    Scope = "read"    // read the company, what it owns, and what changed
	ScopeWrite   Scope = "write"   // change directories, users, groups and members
	ScopeKeys    Scope = "keys"    // read and change keys, and read what was done to them
	ScopeRecords Scope = "records" // read request records
	// ScopeAudit reads what needs the scopes keys, records and accounts, and changes
	// nothing.
	ScopeAudit    Scope = "audit"
	ScopeAccounts Scope = "accounts" // read and change accounts, invitations and sessions
	// ScopeOwners makes, changes and removes owners, and says who signs people in.
	ScopeOwners Scope = "owners"
	// ScopeAny is held by every viewer: what each may do in passing, such as
	// leaving the record of a change.
	ScopeAny Scope = "any"
)

// Scopes lists every scope there is.
var Scopes = []Scope{ScopeRead, ScopeWrite, ScopeKeys, ScopeRecords, ScopeAudit, ScopeAccounts, ScopeOwners}

// audited are the scopes whose reading half ScopeAudit has.
var audited = []Scope{ScopeKeys, ScopeRecords, ScopeAccounts}

// Source says which way a change came in.
type Source string

// The sources of a change.
const (
	SourceSCIM Source = "SCIM"
	SourceAPI  Source = "API"
	SourceCLI  Source = "CLI"
)

// Values lists the kinds.
func (Kind) Values() []string {
	return []string{string(DirectoryKey), string(APIKey), string(Account), string(Operator), string(System)}
}

// Values lists the sources.
func (Source) Values() []string {
	return []string{string(SourceSCIM), string(SourceAPI), string(SourceCLI)}
}

// Viewer is the authenticated caller of an operation.
type Viewer struct {
	Kind        Kind
	CompanyID   uuid.UUID // the company the caller belongs to; zero for operators
	DirectoryID uuid.UUID // set when the caller holds a directory key
	KeyID       uuid.UUID // the key the caller showed
	Scopes      []Scope
	Source      Source
	ReadOnly    bool // the directory is paused: its keys read and do not write
	// Origins are the web origins whose pages may use the key.
	Origins []string
	// TrustedDocumentsOnly tells that the key runs no GraphQL document but
	// those that the operator trusts.
	TrustedDocumentsOnly bool
	// DeletedDirectories are the directories of the company that are being deleted.
	// What they still hold is hidden from the viewer.
	DeletedDirectories []uuid.UUID
	// AccountID and SessionID are set when the caller signed in to an account.
	AccountID, SessionID uuid.UUID
	// Address is the network address of an account's request.
	Address string
	// Directories are those whose people, groups and keys an account may change;
	// nil for all of the company.
	Directories []uuid.UUID
	// AuthenticatedAt is when the person of an account last showed a passkey, or
	// that their identity provider knows them.
	AuthenticatedAt time.Time
	purpose         Purpose
}

// CallerID is the id of the key or account that asks; zero for operators and the
// system.
func (v Viewer) CallerID() uuid.UUID {
	if v.Kind == Account {
		return v.AccountID
	}
	return v.KeyID
}

// MayRead reports whether the viewer may read what takes scope s to read.
func (v Viewer) MayRead(s Scope) bool {
	return v.May(s) || slices.Contains(audited, s) && v.May(ScopeAudit)
}

// May reports whether the viewer holds scope s.
func (v Viewer) May(s Scope) bool {
	switch {
	case s == ScopeAny, v.Unscoped():
		return true
	case v.Kind == DirectoryKey:
		return s == ScopeRead || s == ScopeWrite && !v.ReadOnly
	}
	return slices.Contains(v.Scopes, s)
}

// Unscoped reports whether the viewer belongs to no company: it is an operator or
// the system. The rules of a company do not apply to it.
func (v Viewer) Unscoped() bool { return v.Kind == Operator || v.Kind == System }

type contextKey struct{}

// NewContext returns a context that carries v.
func NewContext(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, contextKey{}, v)
}

// FromContext returns the viewer that ctx carries; ok is false when there is none.
func FromContext(ctx context.Context) (v Viewer, ok bool) {
	v, ok = ctx.Value(contextKey{}).(Viewer)
	return v, ok
}

// WithOperator returns a context of the operator on the command line.
func WithOperator(ctx context.Context) context.Context {
	return NewContext(ctx, Viewer{Kind: Operator, Source: SourceCLI})
}

// ForCompany returns a context that sees what a company owns and nothing else,
// for what is read once for all of its subscribers: the rules of the model and
// the tenant guard hold for it. What the single subscriber may see is another
// question.
func ForCompany(ctx context.Context, company uuid.UUID) context.Context {
	return NewContext(ctx, Viewer{Kind: APIKey, CompanyID: company, Scopes: Scopes})
}
