package graph_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/repair"
	"github.com/feddir/feddir/internal/scim/filter"
)

// A database that was filled before names were composed: what is alone gets
// its new key, a pair of one name survives and is told (E-219).
func TestNamesGetTheirKeys(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		r := graph.New(db, graph.Config{})
		fix := repair.New(db, r.Feed())
		alone, first, second := w.mustCreateUser(t, "Zoe\u0308"), w.mustCreateUser(t, "José"), w.mustCreateUser(t, "other")
		crew := w.mustCreateGroup(t, "Cre\u0301w")
		w.mustCreateUser(t, "ascii")
		_ = inTx(t, db, func(ctx context.Context) (any, error) {
			c := db.Client(ctx)
			set := func(u *ent.User, name string) error {
				return c.User.Update().Where(user.DirectoryID(w.directory.ID), user.ID(u.ID)).SetUserName(name).SetUserNameKey(schematype.Fold(name)).Exec(ctx)
			}
			if err := set(alone, "Zoe\u0308"); err != nil {
				return nil, err
			}
			if err := set(second, "Jose\u0301"); err != nil {
				return nil, err
			}
			return nil, c.Group.Update().Where(group.DirectoryID(w.directory.ID), group.ID(crew.ID)).SetDisplayNameKey(schematype.Fold("Cre\u0301w")).Exec(ctx)
		})
		var log bytes.Buffer
		if n, err := fix.Names(zerolog.New(&log).WithContext(t.Context())); n != 2 || err != nil {
			t.Errorf("%d names got their keys, not 2: %v", n, err)
		}
		if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), second.ID.String()) || strings.Contains(log.String(), "Jos") {
			t.Errorf("logged %s", &log)
		}
		if n, err := fix.Names(t.Context()); n != 0 || err != nil {
			t.Errorf("%d names got their keys once more: %v", n, err)
		}
		for name, want := range map[string]int{"zoë": 1, "zoe\u0308": 1, "José": 1, "jose\u0301": 2} {
			e := filter.Compare{Path: filter.AttributePath{Name: "userName"}, Op: filter.Equal, Value: filter.Value{Text: name}}
			page, err := w.ListUsers(w.scim, graph.List{DirectoryID: w.directory.ID, Filter: e, Count: 10})
			if err != nil || len(page.Items) != want {
				t.Errorf("%q finds %v, %v; want %d", name, page, err, want)
			}
		}
		for _, u := range []*ent.User{first, second} { // either can be changed still
			_, err := w.ModifyUser(w.scim, u.ID, nil, func(a *schematype.UserAttributes) error {
				title := "Pilot"
				a.DisplayName = &title
				return nil
			})
			if err != nil {
				t.Errorf("one of a pair: %v", err)
			}
		}
	})
}
