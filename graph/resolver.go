package graph

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/account"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/credential"
	"github.com/feddir/feddir/graph/extension"
	"github.com/feddir/feddir/graph/feed"
	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/people"
	"github.com/feddir/feddir/graph/purge"
	"github.com/feddir/feddir/graph/repair"
	"github.com/feddir/feddir/graph/requestlog"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/graph/stream"
	"github.com/feddir/feddir/graph/tables"
	"github.com/feddir/feddir/graph/tail"
	"github.com/feddir/feddir/graph/tx"
	"github.com/feddir/feddir/internal/jobs"
	"github.com/feddir/feddir/internal/token"
)

// Config is what the operations need to know of the installation.
type Config struct {
	Version string        // of the program
	BaseURL string        // how clients reach the installation, without a trailing slash
	Pepper  []byte        // of the digests of keys; see auth.Config
	Limits  limits.Limits // of GraphQL requests; limits.DefaultLimits where it is zero

	Budget *limits.Budget // of GraphQL operations; limits.DefaultBudget where it is nil

	// HeavyTurn gives a heavy query its turn; nil where none waits. See
	// [limits.HeavyReads].
	HeavyTurn func(ctx context.Context) (release func(), err error)

	// TrustedDocuments are the documents that clients may name instead of
	// sending, and TrustedOnly tells that no key may run any other.
	TrustedDocuments map[limits.Digest]string
	TrustedOnly      bool
	ProviderSecrets  *token.Sealer // of the client secrets at identity providers; a random one where it is nil
	Sealer           *token.Sealer // of cursors; a random one, which no other replica opens, where it is nil

	// ConnectionTester does the work of testDirectoryConnection; nil where no SCIM is served.
	ConnectionTester ConnectionTester

	// OnKeyChange is called after what a key may do has changed, so that it
	// counts here at once: with the id of the key, or that of the directory or
	// company all keys of which are meant. Nil for none.
	OnKeyChange func(id uuid.UUID)

	Streams stream.Config // of subscriptions; Limits, Key and what is zero have their own values
	// MaxLag is by how much a subscriber may be late before it is cut off; 30 s where it is 0.
	MaxLag time.Duration
	// KeepChanges is how long changes are kept; a year where it is 0.
	KeepChanges time.Duration
	// KeepRecords is how long request records are kept, to be told; 30 days where it is 0.
	KeepRecords time.Duration

	Now func() time.Time // what the health of directories is told by; time.Now where it is nil
}

// Resolver is the root of all operations. Safe for concurrent use.
type Resolver struct {
	db       *entdb.DB
	cfg      Config
	tx       *tx.Runner
	members  *member.Members
	tables   *tables.Set
	keys     credential.Keys
	clients  credential.Clients
	accounts account.Accounts
	sessions account.Sessions
	people   *people.Reader
	index    *search.Index
	streams  *stream.Hub
	records  *requestlog.Log

	extensions *extension.Store
	feed       *feed.Feed
	changes    feed.Reader
	purger     *purge.Purger
}

// New returns the operations on db.
func New(db *entdb.DB, cfg Config) *Resolver {
	if cfg.Limits.Tokens == 0 {
		cfg.Limits = limits.DefaultLimits()
	}
	if cfg.Budget == nil {
		cfg.Budget = limits.DefaultBudget()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.ProviderSecrets == nil {
		cfg.ProviderSecrets = token.New(nil)
	}
	if cfg.Sealer == nil {
		cfg.Sealer = token.New(nil)
	}
	cfg.Streams.Limits, cfg.Streams.Key, cfg.Streams.Prepare = cfg.Limits, budgetKey, prepareOperation
	t, run := tables.New(db), tx.New(db)
	delivery := tail.Delivery{MaxLag: cmp.Or(cfg.MaxLag, tail.DefaultMaxLag), Budget: cfg.Budget, Key: budgetKey}
	feeds := feed.New(db, feed.Config{Keep: cfg.KeepChanges, Now: cfg.Now})
	index, extensions := search.NewIndex(db, attribute.Users.Of), extension.NewStore(db)
	credentials := credential.Config{
		TX: run, Feed: feeds, Tables: t, Sealer: cfg.Sealer, Pepper: cfg.Pepper, BaseURL: cfg.BaseURL, Now: cfg.Now, OnChange: cfg.OnKeyChange,
	}
	signedIn := account.Config{
		TX: run, Feed: feeds, Tables: t, Sealer: cfg.Sealer, Secrets: cfg.ProviderSecrets,
		Pepper: cfg.Pepper, BaseURL: cfg.BaseURL, Now: cfg.Now, OnChange: cfg.OnKeyChange,
	}
	return &Resolver{
		accounts: account.Accounts{Config: signedIn}, sessions: account.Sessions{Config: signedIn},
		tables: t, keys: credential.Keys{Config: credentials}, clients: credential.Clients{Config: credentials},
		members: member.New(run, feeds, t.Memberships, cfg.Sealer),
		db:      db, cfg: cfg, tx: run, index: index, extensions: extensions, streams: stream.NewHub(cfg.Streams),
		people: &people.Reader{
			Tx: run, Tables: t, Index: index, Feed: feeds, Extensions: extensions, IndexPages: list.NewIndexPages(cfg.Now),
			Sealer: cfg.Sealer, URL: cfg.scimURL(), PageBytes: list.PageBytes,
		},
		feed: feeds, changes: feed.Reader{Feed: feeds, Changes: t.Changes, Sealer: cfg.Sealer, Delivery: delivery, PageBytes: list.PageBytes},
		records: &requestlog.Log{DB: db, Records: t.Records, Sealer: cfg.Sealer, Delivery: delivery, Now: cfg.Now}, purger: purge.New(db),
	}
}

// Jobs returns the background work of the operations. Several replicas may do
// it at the same time.
func (r *Resolver) Jobs() []jobs.Job {
	return slices.Concat(r.feed.Jobs(), r.index.Jobs(), r.purger.Jobs(), repair.New(r.db, r.feed).Jobs())
}

// Accounts returns the accounts of people who sign in.
func (r *Resolver) Accounts() account.Accounts { return r.accounts }

// Sessions returns the sessions of accounts.
func (r *Resolver) Sessions() account.Sessions { return r.sessions }

// Streams returns the streams that [Resolver.Handler] serves.
func (r *Resolver) Streams() *stream.Hub { return r.streams }

// Feed returns the feeds of changes.
func (r *Resolver) Feed() *feed.Feed { return r.feed }

// ExpiringKeys returns the keys that the operator should replace: see
// [credential.Keys.Expiring].
func (r *Resolver) ExpiringKeys(ctx context.Context) ([]*ent.Key, error) { return r.keys.Expiring(ctx) }
