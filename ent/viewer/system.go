package viewer

import "context"

// Purpose names a piece of work that runs without a caller. This list is the
// one place where such work is allowed; everything else needs a viewer.
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
	// Fold gives committed changes their position and folds counts.
	Fold Purpose = "fold"
	// Search lets searches follow what changes.
	Search Purpose = "search"
	// Records writes request records and what they add up to.
	Records Purpose = "request records"
	// Retention deletes what has expired.
	Retention Purpose = "retention"
	// Expiry looks for keys that end soon.
	Expiry Purpose = "expiry"
	// Purge deletes what deleted directories and companies held.
	Purge Purpose = "purge"
	// Statistics tells the database's planner what there is.
	Statistics Purpose = "statistics"
	// Metrics counts what the installation holds.
	Metrics Purpose = "metrics"
)

// WithSystem returns a context whose work runs for the server itself.
func WithSystem(ctx context.Context, p Purpose) context.Context {
	return NewContext(ctx, Viewer{Kind: System, purpose: p})
}

// Purpose says what a system viewer works on; it is empty for every other viewer.
func (v Viewer) Purpose() Purpose { return v.purpose }
