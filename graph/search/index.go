package search

import (
	"context"
	"time"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/jobs"
)

const catchUpInterval = time.Second

// Attributes are the names of those that terms are made of.
var Attributes = []string{"userName", "displayName", "name", "nickName", "title", "department", "emails", "phoneNumbers"}

// Index is the index of what people are found by, and of the values that filters
// look for: the table user_values. Safe for concurrent use.
type Index struct {
	db           *entdb.DB
	attributesOf func(*ent.User) schematype.UserAttributes
	due          jobs.Signal
}

// NewIndex returns the index of db.
func NewIndex(db *entdb.DB, attributesOf func(*ent.User) schematype.UserAttributes) *Index {
	return &Index{db: db, attributesOf: attributesOf, due: jobs.NewSignal()}
}

// Jobs returns the background work.
func (x *Index) Jobs() []jobs.Job {
	return []jobs.Job{{Name: "index-people", Every: catchUpInterval, Wake: x.due, Run: x.CatchUp}}
}

// Schedule lets the index catch up once the transaction of ctx has committed.
func (x *Index) Schedule(ctx context.Context) { entdb.OnCommit(ctx, x.due.Notify) }
