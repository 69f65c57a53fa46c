package viewer

import "context"

// Purpose names work that runs without a caller. Only the purposes listed here
// exist; everything else needs a caller.
type Purpose string

// The work that runs without a caller.
const (
	// KeyLookup finds the key that a secret belongs to: there is no viewer yet.
	KeyLookup Purpose = "key lookup"
	// KeyUsage writes when and from where keys were last used.
	KeyUsage Purpose = "key usage"
	// TokenIssue authenticates an OAuth client and gives it an access token:
	// there is no viewer yet.
	TokenIssue Purpose = "token issue"
	// SignIn finds who signs in, and makes their sessions: there is no viewer yet.
	SignIn Purpose = "sign-in"
	// Sequence gives committed changes their sequence numbers and applies counts.
	Sequence Purpose = "sequence"
	// Search keeps the index of searches up to date.
	Search Purpose = "search"
	// Records writes request records and the health of directories.
	Records Purpose = "request records"
	// Retention deletes what has expired.
	Retention Purpose = "retention"
	// Expiry looks for keys that expire soon.
	Expiry Purpose = "expiry"
	// ProviderLookup tells whether an identity provider fills a directory.
	ProviderLookup Purpose = "provider lookup"
	// Purge deletes what deleted directories and companies held.
	Purge Purpose = "purge"
	// Statistics renews the statistics of the database's planner.
	Statistics Purpose = "statistics"
)

// WithSystem returns a context whose work runs for the server itself. What it
// changes came in over no other protocol than the server's own pages.
func WithSystem(ctx context.Context, p Purpose) context.Context {
	return NewContext(ctx, Viewer{Kind: System, Source: SourceAPI, purpose: p})
}

// Purpose says what a system viewer works on; it is empty for every other viewer.
func (v Viewer) Purpose() Purpose { return v.purpose }
