// Package isolation_test tries to reach what belongs to another company or
// directory through every place of both protocols that takes an id.
package isolation_test

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/entdb/dbtest"
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/membership"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/model"
)

// folder is a directory of a company with something of everything.
type folder struct {
	company, directory       uuid.UUID
	user, manager            uuid.UUID
	group, subgroup          uuid.UUID
	membership               uuid.UUID
	key, oauthClient, change uuid.UUID
	record                   uuid.UUID // of a request
	secret                   string    // of the directory key
	mark                     string    // in every text
}

// ids are the ids of what a folder holds, by what they name.
func (f *folder) ids() map[string]uuid.UUID {
	return map[string]uuid.UUID{
		"company": f.company, "directory": f.directory, "user": f.user, "group": f.group, "membership": f.membership, "key": f.key, "oauthClient": f.oauthClient, "change": f.change, "record": f.record,
	}
}

// world is an installation with two companies. Ours has two directories.
type world struct {
	ours, sibling, theirs folder
	url                   string   // of the database
	secrets               []string // all that were handed out
}

// onEachDatabase runs a test in a world of its own on SQLite and on PostgreSQL.
func onEachDatabase(t *testing.T, test func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, url string) { test(t, build(t, url)) })
}

// build makes the world in an empty database.
func build(t testing.TB, url string) *world {
	t.Helper()
	w := &world{url: url}
	db := w.open(t)
	defer db.Close()
	r := graph.New(db, graph.Config{BaseURL: "http://directory.test"})
	ops := r.Operations()
	operator := viewer.WithOperator(t.Context())
	for _, owner := range [][]*folder{{&w.ours, &w.sibling}, {&w.theirs}} {
		mark := map[*folder]string{&w.ours: "harbor", &w.theirs: theirMark}[owner[0]]
		c := must(ops.CreateCompany(operator, model.CreateCompanyInput{ShortName: mark, Name: mark + " company", Description: &mark}))
		for _, f := range owner {
			f.company, f.mark = c.Company.ID, mark
			if f == &w.sibling {
				f.mark = siblingMark
			}
			w.fill(t, db, ops, f)
		}
	}
	must(r.Feed().Sequence(operator))
	return w
}

// The marks in every text of others. Nothing of ours has them.
const (
	theirMark   = "canary-abroad"
	siblingMark = "canary-next-door"
)

func (w *world) open(t testing.TB) *entdb.DB {
	t.Helper()
	return must(entdb.OpenCurrent(t.Context(), dbtest.Patient(w.url)))
}

func (w *world) fill(t testing.TB, db *entdb.DB, ops *graph.Operations, f *folder) {
	t.Helper()
	api := viewer.NewContext(t.Context(), viewer.Viewer{Kind: viewer.APIKey, CompanyID: f.company, Scopes: viewer.Scopes, Source: viewer.SourceAPI})
	f.directory = must(ops.CreateDirectory(api, model.CreateDirectoryInput{Name: f.mark, Description: &f.mark})).Directory.ID
	f.manager = must(ops.CreateUser(api, model.CreateUserInput{DirectoryID: f.directory, UserAttributes: f.person("manager", nil)})).User.ID
	f.user = must(ops.CreateUser(api, model.CreateUserInput{DirectoryID: f.directory, UserAttributes: f.person("user", &f.manager)})).User.ID
	newGroup := func(name string, members ...uuid.UUID) uuid.UUID {
		external := f.mark + "-" + name
		return must(ops.CreateGroup(api, model.CreateGroupInput{
			DirectoryID: f.directory, DisplayName: f.mark + " " + name, ExternalID: &external, MemberIds: members,
			Extensions: schematype.Extensions{"urn:example:" + f.mark: json.RawMessage(`{"text":"` + f.mark + `"}`)},
		})).Group.ID
	}
	f.subgroup = newGroup("subgroup", f.manager)
	f.group = newGroup("group", f.user, f.subgroup)
	made := must(ops.CreateKey(api, model.CreateKeyInput{DirectoryID: &f.directory, Name: f.mark, Description: &f.mark}))
	f.key, f.secret = made.Key.ID, *made.AccessToken
	w.secrets = append(w.secrets, f.secret)
	err := db.InTx(api, func(ctx context.Context) (err error) {
		var client *ent.OAuthClient
		client, err = db.Client(ctx).OAuthClient.Create().SetCompanyID(f.company).SetDirectoryID(f.directory).
			SetName(f.mark).SetDescription(f.mark).SetFederationSubject(f.mark).Save(ctx)
		if err == nil {
			f.oauthClient = client.ID
			f.membership = db.Client(ctx).Membership.Query().Where(membership.DirectoryID(f.directory)).FirstIDX(ctx)
			f.change = db.Client(ctx).Change.Query().Where(change.DirectoryID(f.directory)).FirstIDX(ctx)
		}
		return err
	})
	if err == nil {
		err = db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
			made, err := db.Client(ctx).RequestRecord.Create().SetCompanyID(f.company).SetDirectoryID(f.directory).
				SetAt(schematype.Now()).SetKeyID(f.key).SetMethod("GET").SetRoute("/v2/Users/{id}").
				SetAction(requestrecord.ActionREAD).SetOutcome(requestrecord.OutcomeSUCCESS).SetStatus(200).SetDurationUs(1).
				SetTargetID(f.user).SetTargetLabel(f.mark).SetTargetKey(f.mark).SetDetail(f.mark).SetAgent(f.mark).Save(ctx)
			if err == nil {
				f.record = made.ID
			}
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// person has the mark in every attribute.
func (f *folder) person(name string, manager *uuid.UUID) schematype.UserAttributes {
	text := func(parts ...string) *string { s := strings.Join(parts, ""); return &s }
	values := func(suffix string) []schematype.MultiValue {
		return []schematype.MultiValue{{Value: text(f.mark, "-", name, suffix), Type: text("work"), Display: &f.mark}}
	}
	a := schematype.UserAttributes{
		UserName: f.mark + "-" + name, ExternalID: text(f.mark, "-", name, "-external"), Active: true, DisplayName: text(f.mark, " ", name),
		Name:     &schematype.Name{GivenName: &f.mark, FamilyName: &f.mark, Formatted: &f.mark},
		NickName: &f.mark, ProfileURL: &f.mark, Title: &f.mark, UserType: &f.mark, PreferredLanguage: &f.mark, Locale: &f.mark, Timezone: &f.mark,
		Emails: values("@harbor.example"), PhoneNumbers: values("-phone"), Ims: values("-im"), Photos: values("-photo"),
		Entitlements: values(""), Roles: values(""), X509Certificates: values(""),
		Addresses:      []schematype.Address{{Formatted: &f.mark, Type: text("work")}},
		EmployeeNumber: &f.mark, CostCenter: &f.mark, Organization: &f.mark, Division: &f.mark, Department: &f.mark,
		Extensions: schematype.Extensions{"urn:example:" + f.mark: json.RawMessage(`{"text":"` + f.mark + `"}`)},
	}
	if manager != nil {
		a.Manager = text(manager.String())
	}
	return a
}

// serve opens the real server on the world.
func (w *world) serve(t testing.TB, cfg server.Config) *server.Server {
	t.Helper()
	return must(w.tryServe(t, cfg))
}

// tryServe is serve for addresses that may be taken.
func (w *world) tryServe(t testing.TB, cfg server.Config) (*server.Server, error) {
	cfg.Listen, cfg.BaseURL, cfg.Database = cmp.Or(cfg.Listen, "127.0.0.1:0"), "http://directory.test", dbtest.Patient(w.url)
	s, err := server.Open(t.Context(), cfg)
	if err == nil {
		t.Cleanup(s.Close)
	}
	return s, err
}

// must returns v; a failure of the set-up is no test's.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
