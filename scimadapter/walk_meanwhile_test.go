package scimadapter_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/feddir/feddir/ent/generated/group"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
)

// ofAnotherKey returns the context of another key of the directory.
func (d *directory) ofAnotherKey(ctx context.Context) context.Context {
	v, _ := viewer.FromContext(d.ctx)
	v.KeyID = schematype.NewID(schematype.TypeKey)
	return viewer.NewContext(ctx, v)
}

// scimPage is a page of a list, by index or by cursor.
type scimPage struct {
	TotalResults, StartIndex, ItemsPerPage int
	NextCursor, PreviousCursor             string
	Resources                              []struct{ ID string }
}

func (d *directory) page(ctx context.Context, target string) (p scimPage, err error) {
	w := d.send(ctx, "GET", target, "")
	if w.Code != http.StatusOK {
		return p, fmt.Errorf("%s: %d %s", target, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &p); err == nil && p.ItemsPerPage != len(p.Resources) {
		return p, fmt.Errorf("%s: %d items of %d", target, len(p.Resources), p.ItemsPerPage)
	}
	return p, nil
}

// byIndex reads a list by startIndex and count.
func (d *directory) byIndex(ctx context.Context, target string, between func() error) (ids []string, err error) {
	for start := 1; ; {
		p, err := d.page(ctx, fmt.Sprintf("%s&startIndex=%d", target, start))
		if err != nil || len(p.Resources) == 0 {
			return ids, err
		}
		for _, r := range p.Resources {
			ids = append(ids, r.ID)
		}
		start += p.ItemsPerPage
		if err := between(); err != nil {
			return nil, err
		}
	}
}

// byCursor reads a list by cursors to its end, and then back to its start.
func (d *directory) byCursor(ctx context.Context, target string, between func() error) (forward, backward []string, err error) {
	p, err := d.page(ctx, target+"&cursor")
	for err == nil {
		for _, r := range p.Resources {
			forward = append(forward, r.ID)
		}
		if p.NextCursor == "" {
			break
		}
		if err = between(); err == nil {
			p, err = d.page(ctx, target+"&cursor="+url.QueryEscape(p.NextCursor))
		}
	}
	for err == nil {
		for _, r := range p.Resources {
			backward = append(backward, r.ID)
		}
		if p.PreviousCursor == "" {
			break
		}
		if err = between(); err == nil {
			p, err = d.page(ctx, target+"&cursor="+url.QueryEscape(p.PreviousCursor))
		}
	}
	return forward, backward, err
}

// meanwhile changes a directory for as long as it is given turns.
func (d *directory) meanwhile(ctx context.Context, endpoint, name string, turns <-chan struct{}) error {
	var mine []string
	for range turns {
		label := fmt.Sprintf("%c%s", 'a'+rand.IntN(26), schematype.NewID(schematype.TypeOther))
		method, path, body, want := "POST", endpoint, fmt.Sprintf(`{%q: %q}`, name, label), http.StatusCreated
		if n := len(mine); n > 3 {
			i := rand.IntN(n)
			path = endpoint + "/" + mine[i]
			if method, body, want = "DELETE", "", http.StatusNoContent; rand.IntN(2) == 0 {
				method, body, want = "PUT", fmt.Sprintf(`{%q: %q}`, name, label), http.StatusOK
			} else {
				mine = slices.Delete(mine, i, i+1)
			}
		}
		w := d.send(ctx, method, path, body)
		var made struct{ ID string }
		if w.Code != want || want == http.StatusCreated && json.Unmarshal(w.Body.Bytes(), &made) != nil {
			return fmt.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
		}
		if made.ID != "" {
			mine = append(mine, made.ID)
		}
	}
	return nil
}

// While others are made, renamed and deleted by several at a time, who stays as
// they were come exactly once: by index in the order of creation, each key for
// itself, and by cursors in every order and both ways.
func TestListsHoldWhileWritersWrite(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: reads lists while others write")
	}
	for _, list := range []struct{ endpoint, name string }{{"/v2/Users", "userName"}, {"/v2/Groups", "displayName"}} {
		t.Run(list.name, func(t *testing.T) {
			onEachDatabase(t, func(t *testing.T, d *directory) {
				var calm []string
				for i := range 24 {
					calm = append(calm, d.made(t, list.endpoint, fmt.Sprintf(`{%q: "%c calm %d", "externalId": "%d"}`, list.name, 'a'+i, i, i%3)))
				}
				ctx, stop := context.WithCancelCause(t.Context())
				defer stop(nil)
				turns := make(chan struct{}, 3)
				var writers, readers errgroup.Group
				for range 3 {
					writers.Go(func() error {
						err := d.meanwhile(d.ofAnotherKey(context.WithoutCancel(ctx)), list.endpoint, list.name, turns)
						stop(err)
						return err
					})
				}
				readers.SetLimit(4)
				for _, order := range []string{"", "externalId", list.name, "meta.created", "id", "meta.lastModified"} {
					for _, direction := range []string{"ascending", "descending"} {
						target := list.endpoint + "?attributes=id&count=3&sortBy=" + order + "&sortOrder=" + direction
						readers.Go(func() error { return d.readMeanwhile(ctx, t, target, order == "", calm, turns) })
					}
				}
				for _, filter := range []string{"", `externalId eq "1" or externalId ne "1"`, list.name + ` co " calm "`} {
					target := list.endpoint + "?attributes=id&count=3"
					if filter != "" {
						target += "&filter=" + url.QueryEscape(filter)
					}
					for range 2 { // by two keys
						readers.Go(func() error { return d.readMeanwhile(ctx, t, target, true, calm, turns) })
					}
				}
				err := readers.Wait()
				close(turns)
				if err := errors.Join(err, writers.Wait()); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// readMeanwhile reads a list by cursors, and by index where that is exact, and
// gives the writers a turn for each page.
func (d *directory) readMeanwhile(ctx context.Context, t *testing.T, target string, exact bool, calm []string, turns chan<- struct{}) error {
	left := 20 // a list that always grows has no end
	between := func() error {
		if left--; left < 0 {
			return nil
		}
		select {
		case turns <- struct{}{}:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	reader := d.ofAnotherKey(ctx)
	forward, backward, err := d.byCursor(reader, target, between)
	if err != nil {
		return err
	}
	ways := map[string][]string{"forward": forward, "backward": backward}
	if left = 20; exact {
		if ways["by index"], err = d.byIndex(reader, target, between); err != nil {
			return err
		}
	}
	for way, got := range ways {
		for _, id := range calm {
			if n := len(slices.DeleteFunc(slices.Clone(got), func(other string) bool { return other != id })); n != 1 {
				t.Errorf("%s, %s: %s is there %d times", target, way, id, n)
			}
		}
	}
	return nil
}

// Two keys that read one list do not get in each other's way.
func TestKeysReadByIndexForThemselves(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		var ids []string
		for i := range 6 {
			ids = append(ids, d.made(t, "/v2/Users", fmt.Sprintf(`{"userName":"u%d"}`, i)))
		}
		read := func(ctx context.Context, start int, want ...string) {
			t.Helper()
			p, err := d.page(ctx, fmt.Sprintf("/v2/Users?count=2&startIndex=%d", start))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range p.Resources {
				got = append(got, r.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("from %d: %v, want %v", start, got, want)
			}
		}
		one, other := d.ofAnotherKey(t.Context()), d.ofAnotherKey(t.Context())
		read(one, 1, ids[0], ids[1])
		d.send(d.ctx, "DELETE", "/v2/Users/"+ids[0], "")
		read(other, 1, ids[1], ids[2])
		read(one, 3, ids[2], ids[3])
		read(other, 3, ids[3], ids[4])
	})
}

// A page that is cut short, since its groups have so many members, is gone on
// from where it was cut.
func TestShortPagesByIndexLoseNobody(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, d *directory) {
		var ids []string
		for i := range 4 {
			ids = append(ids, d.made(t, "/v2/Groups", fmt.Sprintf(`{"displayName":"g%d"}`, i)))
		}
		err := d.db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
			return d.db.Client(ctx).Group.Update().Where(group.DirectoryID(d.id)).SetMemberCount(15_000).Exec(ctx)
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range ids {
			p, err := d.page(d.ctx, fmt.Sprintf("/v2/Groups?count=3&startIndex=%d", i+1))
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Resources) != 1 || p.Resources[0].ID != want {
				t.Errorf("from %d: %v, want %s alone", i+1, p.Resources, want)
			}
			if i == 0 {
				d.send(d.ctx, "DELETE", "/v2/Groups/"+want, "")
			}
		}
	})
}
