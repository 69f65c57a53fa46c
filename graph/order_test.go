package graph_test

import (
	"testing"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/graph/dberror"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

func TestOrdersThatAreRefused(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		by := func(fields ...model.UserOrderField) (all []model.UserOrder) {
			for _, f := range fields {
				all = append(all, model.UserOrder{Field: f, Direction: model.OrderDirectionAsc})
			}
			return all
		}
		for _, c := range []struct {
			by   []model.UserOrder
			want apierror.Code
		}{
			{by(model.UserOrderFieldName, model.UserOrderFieldActive, model.UserOrderFieldUpdatedAt), ""},
			{by(model.AllUserOrderField[:4]...), apierror.Limit},
			{by(model.UserOrderFieldName, model.UserOrderFieldName), apierror.Invalid},
		} {
			_, err := w.Query().Users(w.api, nil, nil, nil, nil, nil, c.by, nil, nil)
			if err == nil && c.want != "" || err != nil && dberror.CodeOf(err) != c.want {
				t.Errorf("%v: %v", c.by, err)
			}
		}
	})
}

// A cursor is good for one list of one company in one order.
func TestCursorsOfOtherListsAreRefused(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		ours, theirs := newWorld(t, db, "harbor"), newWorld(t, db, "abroad")
		theirs.Operations = ours.Operations // one installation, one secret
		for _, w := range []*world{ours, theirs} {
			w.mustCreateGroup(t, "Crew", w.mustCreateUser(t, "ada").ID)
			w.mustCreateUser(t, "ben")
		}
		one := 1
		page, err := ours.Directory().Users(ours.api, ours.directory, nil, &one, nil, nil, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		cursor := page.PageInfo.EndCursor
		if _, err := ours.Directory().Users(ours.api, ours.directory, cursor, nil, nil, nil, nil, nil, nil); err != nil {
			t.Errorf("the list it is of: %v", err)
		}
		byName := []model.UserOrder{{Field: model.UserOrderFieldName, Direction: model.OrderDirectionAsc}}
		other := ours.newDirectory(t, "Others")
		for name, read := range map[string]func() error{
			"another order": func() error {
				_, err := ours.Directory().Users(ours.api, ours.directory, cursor, nil, nil, nil, byName, nil, nil)
				return err
			},
			"another directory": func() error {
				_, err := ours.Directory().Users(ours.api, other, cursor, nil, nil, nil, nil, nil, nil)
				return err
			},
			"the company's list": func() error {
				_, err := ours.Query().Users(ours.api, nil, cursor, nil, nil, nil, nil, nil, nil)
				return err
			},
			"a list of groups": func() error {
				_, err := ours.Directory().Groups(ours.api, ours.directory, cursor, nil, nil, nil, nil, nil, nil)
				return err
			},
			"another company": func() error {
				_, err := ours.Directory().Users(theirs.api, ours.directory, cursor, nil, nil, nil, nil, nil, nil)
				return err
			},
			"altered": func() error {
				altered := (*cursor)[:len(*cursor)-4] + "AAAA"
				_, err := ours.Directory().Users(ours.api, ours.directory, &altered, nil, nil, nil, nil, nil, nil)
				return err
			},
		} {
			if err := read(); err == nil || dberror.CodeOf(err) != apierror.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
