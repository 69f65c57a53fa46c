package isolation_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/feddir/feddir/cmd/feddir/server"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// Over a WebSocket the positions of subscriptions tell as little as over HTTP.
func TestSocketsTellNothingOfOthers(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, w *world) {
		schema := schemaOf(t)
		subscriptions := slices.DeleteFunc(positions(schema), func(p position) bool { return p.steps[0].parent != schema.Subscription })
		tries, trusted := w.tries(schema, subscriptions, w.graphqlCallers(t))
		x := w.newTrial(t, server.Config{TrustedDocuments: trusted})
		x.send = overSocket(listenTo(t, x.handler))
		x.run(tries)
	})
}

// subscriber follows something and tells what came.
type subscriber struct {
	owner *folder // whose key it has
	query string
	mark  string   // of the last thing that it is told
	never []string // what it is never told
}

// While others are at work, who follows what is ours is told of ours alone.
func TestFollowersAreToldOfTheirOwn(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: waits for what must not be told")
	}
	onEachDatabase(t, func(t *testing.T, w *world) {
		s := w.serve(t, server.Config{Points: plenty, Restore: plenty})
		url := listenTo(t, s.Handler())
		changes := " { node { resourceId directoryId changes { path after } } } }"
		records := ") { node { targetLabel } } }"
		keys, since := map[*folder]string{}, map[*folder]string{} // a change from before
		for _, f := range []*folder{&w.ours, &w.sibling, &w.theirs} {
			keys[f] = w.apiKey(t, f, viewer.Scopes...)
			_, since[f] = cursorsOf(t, s.Handler(), keys[f], f)
		}
		inDirectory := func(f *folder) string { return `(directoryId: "` + f.directory.String() + `"` }
		company := func(f *folder, never ...string) subscriber {
			return subscriber{f, `subscription { changes(after: "` + since[f] + `")` + changes, "last of " + f.mark, never}
		}
		directory := func(f *folder, never ...string) []subscriber {
			return []subscriber{
				{f, "subscription { changes" + inDirectory(f) + `, after: "` + since[f] + `")` + changes, "last of " + f.mark, never},
				{f, "subscription { requestRecords" + inDirectory(f) + records, "record of " + f.mark, never},
			}
		}
		ours, next, theirs := "of "+w.ours.mark, "of "+siblingMark, "of "+theirMark
		all := slices.Concat([]subscriber{company(&w.ours, theirs), company(&w.theirs, ours, next)},
			directory(&w.ours, theirs, next), directory(&w.sibling, theirs, ours), directory(&w.theirs, ours, next))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var together errgroup.Group
		for _, b := range all {
			conn, refused := connect(ctx, url, keys[b.owner])
			if conn == nil {
				t.Fatal(refused)
			}
			defer conn.CloseNow()
			conn.say(ctx, map[string]any{"id": "1", "type": "subscribe", "payload": map[string]any{"query": b.query}})
			together.Go(func() error {
				b.follow(ctx, t, conn)
				return nil
			})
		}
		for _, f := range []*folder{&w.sibling, &w.theirs, &w.ours} {
			w.atWork(t, s, f)
		}
		_ = together.Wait()
	})
}

// follow reads until the last thing that the subscriber is to be told.
func (b subscriber) follow(ctx context.Context, t *testing.T, conn *socket) {
	for {
		m, err := conn.next(ctx)
		if err != nil || m.Type != "next" {
			t.Errorf("%s: %s %s: %v", b.query, m.Type, m.Payload, err)
			return
		}
		for _, text := range b.never {
			if strings.Contains(string(m.Payload), text) {
				t.Errorf("%s of %s tells %q: %s", b.query, b.owner.mark, text, m.Payload)
			}
		}
		if strings.Contains(string(m.Payload), b.mark) {
			return
		}
	}
}

// atWork changes something in a folder and leaves records of requests there.
func (w *world) atWork(t *testing.T, s *server.Server, f *folder) {
	t.Helper()
	operator := viewer.WithOperator(t.Context())
	for _, name := range []string{"first of ", "last of "} {
		must(s.Operations().CreateUser(operator, model.CreateUserInput{DirectoryID: f.directory, UserAttributes: schematype.UserAttributes{UserName: name + f.mark}}))
	}
	w.write(t, func(ctx context.Context, c *ent.Client) error {
		return c.RequestRecord.Create().SetCompanyID(f.company).SetDirectoryID(f.directory).
			SetAt(schematype.Now()).SetMethod("GET").SetRoute("/v2/Users").SetTargetKey("").SetTargetLabel("record of " + f.mark).
			SetAction(requestrecord.ActionQUERY).SetOutcome(requestrecord.OutcomeSUCCESS).SetStatus(200).SetDurationUs(1).Exec(ctx)
	})
}
