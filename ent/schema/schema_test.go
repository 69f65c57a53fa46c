package schema_test

import (
	"slices"
	"testing"

	"entgo.io/ent"
	"entgo.io/ent/dialect"
	sqlschema "entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/entc/load"

	"github.com/feddir/feddir/ent/generated/migrate"
	"github.com/feddir/feddir/ent/generated/tenancy"
	"github.com/feddir/feddir/ent/migrations"
	"github.com/feddir/feddir/ent/migrations/tables"
	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/schema"
)

// entities are all there are, by their table.
var entities = map[string]ent.Interface{
	"access_tokens":       schema.AccessToken{},
	"accounts":            schema.Account{},
	"identities":          schema.Identity{},
	"identity_providers":  schema.IdentityProvider{},
	"invitations":         schema.Invitation{},
	"passkeys":            schema.Passkey{},
	"sessions":            schema.Session{},
	"sign_in_links":       schema.SignInLink{},
	"changes":             schema.Change{},
	"companies":           schema.Company{},
	"directories":         schema.Directory{},
	"directory_healths":   schema.DirectoryHealth{},
	"directory_counts":    schema.DirectoryCount{},
	"feeds":               schema.Feed{},
	"groups":              schema.Group{},
	"idempotency_records": schema.IdempotencyRecord{},
	"keys":                schema.Key{},
	"memberships":         schema.Membership{},
	"oauth_clients":       schema.OAuthClient{},
	"provisioning_cycles": schema.ProvisioningCycle{},
	"request_records":     schema.RequestRecord{},
	"users":               schema.User{},
	"user_values":         schema.UserValue{},
}

func TestEveryEntityIsTestedHere(t *testing.T) {
	t.Parallel()
	for _, table := range migrate.Tables {
		if entities[table.Name] == nil {
			t.Errorf("the entity of table %s is not listed in this test", table.Name)
		}
	}
	if len(entities) != len(migrate.Tables) {
		t.Errorf("%d entities are listed, there are %d", len(entities), len(migrate.Tables))
	}
}

func TestEveryEntityIsSomeCompanys(t *testing.T) {
	t.Parallel()
	for table, entity := range entities {
		s := loaded(t, entity)
		if len(s.Edges) > 0 {
			t.Errorf("%s has an edge, which is a way around the rules", table)
		}
		if _, ok := s.Annotations[mixin.Tenancy{}.Name()]; !ok {
			t.Errorf("%s does not say whose its rows are", table)
		}
		if !slices.ContainsFunc(s.Policy, func(p *load.Position) bool { return p.MixedIn }) {
			t.Errorf("%s has no policy of its tenancy", table)
		}
	}
}

// The database must hold by itself that a row refers to nothing across
// companies or directories.
func TestEveryKeyIsLedByItsTenant(t *testing.T) {
	t.Parallel()
	for _, d := range []string{dialect.SQLite, dialect.Postgres} {
		for _, table := range tables.Of(d) {
			if migrations.Installation[table.Name] {
				continue
			}
			if !led(t, table, table.PrimaryKey) {
				t.Errorf("%s: the primary key of %s is not led by its company or directory", d, table.Name)
			}
			for _, fk := range table.ForeignKeys {
				if !led(t, table, fk.Columns) || !led(t, fk.RefTable, fk.RefColumns) {
					t.Errorf("%s: %s is not led by the company or directory on both sides", d, fk.Symbol)
				}
				if len(fk.Columns) < 2 && fk.RefTable.Name != "companies" {
					t.Errorf("%s: %s does not name whose the row referred to is", d, fk.Symbol)
				}
			}
		}
	}
}

// unscoped are the indexes that look a row up before its company is known.
var unscoped = map[string]string{
	"company_short_name_key":       "the address of a sign-in page names the company",
	"key_origins":                  "the preflight of a browser names an origin, and no key",
	"key_digest":                   "a secret is all there is to find its key by",
	"accesstoken_digest":           "a token is all there is to find its client by",
	"accesstoken_expires_at":       "the purge deletes what has expired of every company",
	"invitation_digest":            "a code is all there is to find its invitation by",
	"passkey_credential_id":        "a passkey signs in without a name",
	"session_digest":               "a cookie is all there is to find its session by",
	"session_expires_at":           "the purge deletes what has expired of every company",
	"signinlink_digest":            "a link is all there is to find its account by",
	"signinlink_expires_at":        "the purge deletes what has expired of every company",
	"oauthclient_id":               "a client id is all that a JWT names",
	"idempotencyrecord_expires_at": "the purge deletes what has expired of every company",
}

func TestEveryIndexIsLedByItsTenant(t *testing.T) {
	t.Parallel()
	for _, d := range []string{dialect.SQLite, dialect.Postgres} {
		for _, table := range tables.Of(d) {
			for _, index := range table.Indexes {
				if unscoped[index.Name] == "" && !led(t, table, index.Columns) {
					t.Errorf("%s: %s is not led by the company or directory", d, index.Name)
				}
			}
		}
	}
}

// loose are the tables whose rows refer to nothing, and why they may.
var loose = map[string]string{
	"changes":             "they outlive what they tell of",
	"request_records":     "retention deletes them after their directory; only the server writes them",
	"provisioning_cycles": "retention deletes them with the records; only the server writes them",
	"directory_healths":   "they lead retention to the records; only the server writes them",
}

// A directory must be the company's that the row says, or a row could stand in
// one company and belong to another's directory.
func TestEveryDirectoryIsOfTheRowsCompany(t *testing.T) {
	t.Parallel()
	for _, d := range []string{dialect.SQLite, dialect.Postgres} {
		for _, table := range tables.Of(d) {
			has := func(name string) bool {
				return slices.ContainsFunc(table.Columns, func(c *sqlschema.Column) bool { return c.Name == name })
			}
			if !has("directory_id") || loose[table.Name] != "" {
				continue
			}
			if !slices.ContainsFunc(table.ForeignKeys, func(fk *sqlschema.ForeignKey) bool {
				return slices.Equal(names(fk.Columns), []string{"company_id", "directory_id"}) && fk.RefTable.Name == "directories"
			}) {
				t.Errorf("%s: a row of %s can be in a directory of another company", d, table.Name)
			}
		}
	}
}

// A directory's viewer is kept to the directory of each row that names one,
// also where the rows are the company's.
func TestEveryDirectoryColumnIsPartOfTheTenancy(t *testing.T) {
	t.Parallel()
	for _, table := range migrate.Tables {
		has := slices.ContainsFunc(table.Columns, func(c *sqlschema.Column) bool { return c.Name == "directory_id" })
		if table.Name == "keys" {
			continue // a key is the company's, also when it opens a directory
		}
		if got := tenancy.Tables[table.Name].Directory; has != (got == "directory_id") {
			t.Errorf("the tenancy of %s names the directory %q; it has directory_id: %v", table.Name, got, has)
		}
	}
}

// led reports whether the columns start with the one that says whose a row is.
func led(t *testing.T, table *sqlschema.Table, columns []*sqlschema.Column) bool {
	t.Helper()
	entity, ok := entities[table.Name]
	if !ok {
		return false
	}
	tenancy, _ := loaded(t, entity).Annotations[mixin.Tenancy{}.Name()].(map[string]any)
	return columns[0].Name == tenancy["Company"] || columns[0].Name == tenancy["Directory"]
}

func loaded(t *testing.T, entity ent.Interface) *load.Schema {
	t.Helper()
	text, err := load.MarshalSchema(entity)
	if err != nil {
		t.Fatal(err)
	}
	s, err := load.UnmarshalSchema(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func names(columns []*sqlschema.Column) []string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.Name
	}
	return all
}
