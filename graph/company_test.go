package graph_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/uservalue"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/purge"
	"github.com/feddir/feddir/internal/apierror"
)

func TestCompanyLifecycle(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		operator := viewer.WithOperator(t.Context())
		created, err := w.CreateCompany(operator, model.CreateCompanyInput{ShortName: "Quay", Name: "Quay Ltd"})
		if err != nil {
			t.Fatal(err)
		}
		id := created.Company.ID
		_, err = w.CreateCompany(operator, model.CreateCompanyInput{ShortName: "qUAY", Name: "Other"})
		wantCode(t, "a short name that is taken", err, apierror.Conflict)
		for _, short := range []string{"", "a", "a b", "ä-ö", "../x"} {
			_, err = w.CreateCompany(operator, model.CreateCompanyInput{ShortName: short, Name: "x"})
			wantCode(t, "short name "+short, err, apierror.Invalid)
		}
		in := model.UpdateCompanyInput{ID: id, ShortName: graphql.OmittableOf(new("pier")), Version: new(1)}
		updated, err := w.UpdateCompany(operator, in)
		if err != nil || updated.Company.ShortName != "pier" || updated.Company.Name != "Quay Ltd" || updated.Company.Version != 2 {
			t.Fatalf("%+v, %v", updated, err)
		}
		_, err = w.UpdateCompany(operator, in)
		wantCode(t, "an old version", err, apierror.StaleVersion)
		in.Version = nil
		if again, err := w.UpdateCompany(operator, in); err != nil || again.Company.Version != 2 {
			t.Errorf("nothing changed: %+v, %v", again, err)
		}
		found, err := graph.New(db, graph.Config{}).Query().Company(operator, &model.CompanyBy{ShortName: new("PIER")})
		if err != nil || found == nil || found.ID != id {
			t.Errorf("by short name: %v, %v", found, err)
		}
		if n := len(changesOf(t, db, id)); n != 2 {
			t.Errorf("%d changes", n)
		}
		_, err = w.DeleteCompany(operator, model.DeleteCompanyInput{ID: id, Version: new(1)})
		wantCode(t, "deleting an old version", err, apierror.StaleVersion)
		if _, err := w.DeleteCompany(operator, model.DeleteCompanyInput{ID: id}); err != nil {
			t.Error(err)
		}
		_, err = w.DeleteCompany(operator, model.DeleteCompanyInput{ID: id})
		wantCode(t, "deleting it again", err, apierror.NotFound)
	})
}

// A company goes with all it owns, and the numbering of changes goes on.
func TestDeleteCompanyLeavesNothing(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "other")
		r := graph.New(db, graph.Config{})
		k := w.mustCreateKey(t, model.CreateKeyInput{DirectoryID: &w.directory.ID}).Key
		if _, err := w.RotateKey(w.api, model.RotateKeyInput{ID: k.ID}); err != nil {
			t.Fatal(err)
		}
		w.mustCreateGroup(t, "Crew", w.mustCreateUser(t, "ada").ID)
		if _, err := r.Feed().Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.mustCreateUser(t, "grace")
		other.mustCreateUser(t, "joan")
		if _, err := w.DeleteCompany(viewer.WithOperator(t.Context()), model.DeleteCompanyInput{ID: w.company.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := purge.New(db).Deleted(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Feed().Sequence(t.Context()); err != nil {
			t.Errorf("numbering changes afterwards: %v", err)
		}
		left := inTx(t, db, func(ctx context.Context) ([]int, error) {
			c := db.Client(ctx)
			var all []int
			for _, count := range []func(context.Context) (int, error){
				c.Company.Query().Count, c.Directory.Query().Count, c.Key.Query().Count, c.User.Query().Count,
				c.Group.Query().Count, c.Membership.Query().Count, c.UserValue.Query().Where(uservalue.AttributeEQ(uservalue.AttributeEMAILS)).Count, c.Change.Query().Count,
			} {
				n, err := count(ctx)
				if err != nil {
					return nil, err
				}
				all = append(all, n)
			}
			return all, nil
		})
		for i, want := range []int{1, 1, 0, 1, 0, 0, 1, 1} { // what the other company has
			if left[i] != want {
				t.Errorf("left %v: place %d should be %d", left, i, want)
			}
		}
	})
}

func TestCompaniesOfOthersDoNotExist(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "other")
		r := graph.New(db, graph.Config{})
		for name, by := range map[string]*model.CompanyBy{
			"id": {ID: &other.company.ID}, "short name": {ShortName: new("other")}, "malformed id": {ID: &uuid.Nil}, "id of another type": {ID: &w.directory.ID},
		} {
			if c, err := r.Query().Company(w.api, by); c != nil || err != nil {
				t.Errorf("by %s: %v, %v", name, c, err)
			}
		}
		if c, err := r.Query().Company(w.api, nil); err != nil || c == nil || c.ID != w.company.ID {
			t.Errorf("one's own: %v, %v", c, err)
		}
		list, err := r.Query().Companies(w.api, nil, nil, nil, nil)
		if err != nil || len(list.Edges) != 1 || list.Edges[0].Node.ID != w.company.ID {
			t.Errorf("list: %+v, %v", list, err)
		}
		if n, err := list.TotalCount(w.api); n != 1 || err != nil {
			t.Errorf("total %d, %v", n, err)
		}
		_, err = w.UpdateCompany(w.api, model.UpdateCompanyInput{ID: other.company.ID, Name: graphql.OmittableOf(new("Mine"))})
		wantCode(t, "updating another", err, apierror.NotFound)
		_, err = w.CreateCompany(w.api, model.CreateCompanyInput{ShortName: "third", Name: "x"})
		wantCode(t, "creating one", err, apierror.Forbidden)
		_, err = w.DeleteCompany(w.api, model.DeleteCompanyInput{ID: w.company.ID})
		wantCode(t, "deleting one's own", err, apierror.Forbidden)
		_, err = w.DeleteCompany(w.api, model.DeleteCompanyInput{ID: other.company.ID})
		wantCode(t, "deleting another", err, apierror.NotFound)
		_, err = w.UpdateCompany(w.scim, model.UpdateCompanyInput{ID: w.company.ID, Name: graphql.OmittableOf(new("Mine"))})
		wantCode(t, "updating with a directory key", err, apierror.Forbidden)
	})
}

func TestDirectoryLifecycle(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w, other := newWorld(t, db, "harbor"), newWorld(t, db, "other")
		r := graph.New(db, graph.Config{BaseURL: "http://directory.test"})
		created, err := w.CreateDirectory(w.api, model.CreateDirectoryInput{Name: "Staff", DisabledUsers: new(directory.DisabledUsersHIDDEN)})
		if err != nil || created.Directory.CompanyID != w.company.ID || created.Directory.DisabledUsers != directory.DisabledUsersHIDDEN {
			t.Fatalf("%+v, %v", created, err)
		}
		d := created.Directory
		if url, err := r.Directory().ScimURL(w.api, d); url != "http://directory.test/v2" || err != nil {
			t.Errorf("SCIM URL %s, %v", url, err)
		}
		in := model.UpdateDirectoryInput{ID: d.ID, State: graphql.OmittableOf(new(directory.StatePAUSED))}
		if p, err := w.UpdateDirectory(w.api, in); err != nil || p.Directory.State != directory.StatePAUSED || p.Directory.Version != 2 {
			t.Errorf("%+v, %v", p, err)
		}
		if p, err := w.UpdateDirectory(w.api, in); err != nil || p.Directory.Version != 2 {
			t.Errorf("nothing changed: %+v, %v", p, err)
		}
		for name, in := range map[string]model.UpdateDirectoryInput{
			"no state": {ID: d.ID, State: graphql.OmittableOf[*directory.State](nil)},
			"no name":  {ID: d.ID, Name: graphql.OmittableOf[*string](nil)},
			"NUL":      {ID: d.ID, Description: graphql.OmittableOf(new("\x00"))},
		} {
			_, err := w.UpdateDirectory(w.api, in)
			wantCode(t, name, err, apierror.Invalid)
		}
		_, err = w.CreateDirectory(w.api, model.CreateDirectoryInput{Name: "x", CompanyID: &other.company.ID})
		wantCode(t, "in another company", err, apierror.NotFound)
		_, err = other.UpdateDirectory(other.api, in)
		wantCode(t, "updating another's", err, apierror.NotFound)
		_, err = other.DeleteDirectory(other.api, model.DeleteDirectoryInput{ID: d.ID})
		wantCode(t, "deleting another's", err, apierror.NotFound)
		_, err = w.DeleteDirectory(w.scim, model.DeleteDirectoryInput{ID: w.directory.ID})
		wantCode(t, "deleting with a directory key", err, apierror.Forbidden)
		v, _ := viewer.FromContext(w.api)
		v.Scopes = []viewer.Scope{viewer.ScopeRead}
		_, err = w.DeleteDirectory(viewer.NewContext(t.Context(), v), model.DeleteDirectoryInput{ID: d.ID})
		wantCode(t, "deleting with a key that only reads", err, apierror.Forbidden)
		if found, err := r.Query().Directory(other.api, d.ID); found != nil || err != nil {
			t.Errorf("another's: %v, %v", found, err)
		}
		if _, err := w.DeleteDirectory(w.api, model.DeleteDirectoryInput{ID: d.ID}); err != nil {
			t.Error(err)
		}
		list, err := r.Query().Directories(w.api, nil, nil, nil, nil, nil, nil)
		if err != nil || len(list.Edges) != 1 || list.Edges[0].Node.ID != w.directory.ID {
			t.Errorf("list: %+v, %v", list, err)
		}
		if n := len(changesOf(t, db, d.ID)); n != 3 {
			t.Errorf("%d changes", n)
		}
	})
}

func TestDeleteDirectoryTellsItsKeys(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		var told []uuid.UUID
		w.Operations = graph.New(db, graph.Config{OnKeyChange: func(id uuid.UUID) { told = append(told, id) }}).Operations()
		w.mustCreateUser(t, "ada")
		if _, err := w.DeleteDirectory(w.api, model.DeleteDirectoryInput{ID: w.directory.ID}); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(told, w.directory.ID) || !slices.Contains(told, w.company.ID) {
			t.Errorf("told of %v", told)
		}
		if _, err := purge.New(db).Deleted(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := graph.New(db, graph.Config{}).Feed().Sequence(t.Context()); err != nil {
			t.Errorf("numbering changes afterwards: %v", err)
		}
	})
}

func TestViewerAndServerInfo(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, db *entdb.DB) {
		w := newWorld(t, db, "harbor")
		r := graph.New(db, graph.Config{Version: "1.2.3", BaseURL: "http://directory.test", KeepRecords: 36 * time.Hour})
		for _, c := range []struct {
			name      string
			ctx       context.Context
			scopes    int
			company   *ent.Company
			directory *ent.Directory
		}{
			{"API key", w.withScopes(t, viewer.ScopeRead, viewer.ScopeKeys), 2, w.company, nil},
			{"directory key", w.scim, 2, w.company, w.directory},
			{"operator", viewer.WithOperator(t.Context()), len(viewer.Scopes), nil, nil},
		} {
			v, err := r.Query().Viewer(c.ctx)
			if err != nil || len(v.Scopes) != c.scopes {
				t.Errorf("%s: %+v, %v", c.name, v, err)
				continue
			}
			company, err := r.Viewer().Company(c.ctx, v)
			if err != nil || (company == nil) != (c.company == nil) {
				t.Errorf("%s: company %v, %v", c.name, company, err)
			}
			d, err := r.Viewer().Directory(c.ctx, v)
			if err != nil || (d == nil) != (c.directory == nil) {
				t.Errorf("%s: directory %v, %v", c.name, d, err)
			}
		}
		_, err := r.Query().Viewer(t.Context())
		wantCode(t, "nobody", err, apierror.Forbidden)
		info, err := r.Query().ServerInfo(w.api)
		if err != nil || info.Version != "1.2.3" || info.ScimURL != "http://directory.test/v2" || info.Limits.PageSizeMax != 100 || info.RequestRecordDays != 1.5 || info.ChangeDays != 365 {
			t.Errorf("%+v, %v", info, err)
		}
	})
}
