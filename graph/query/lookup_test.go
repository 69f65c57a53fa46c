package query_test

import (
	"testing"

	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/internal/scim/filter"
)

// What identity providers ask before they create or change somebody is a
// lookup; what may have the database look at everybody is none.
func TestLookups(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`userName eq "ada"`:                        true,
		`externalId eq "7"`:                        true,
		`id eq "x"`:                                true,
		`emails eq "a@b.c"`:                        true,
		`emails.value eq "a"`:                      true,
		`groups.value eq "g"`:                      true,
		`userName eq "a" and active eq true`:       true,
		`userName eq "a" or externalId eq "7"`:     true,
		`emails[type eq "work" and value eq "a"]`:  true,
		`emails[type eq "work"].value eq "a@b.c"`:  true,
		`userName eq "a" or title eq "b"`:          false,
		`userName sw "a"`:                          false,
		`userName ne "a"`:                          false,
		`not (userName eq "a")`:                    false,
		`title eq "b"`:                             false,
		`emails.type eq "work"`:                    false,
		`emails[type eq "work" and value co "a"]`:  false,
		`roles eq "admin"`:                         false,
		`active eq true`:                           false,
		`meta.lastModified gt "2026-01-01T00:00Z"`: false,
		`nothing eq "x"`:                           false,
	} {
		if got := query.IsUserLookup(parsed(t, text)); got != want {
			t.Errorf("%s: lookup is %t", text, got)
		}
	}
	for text, want := range map[string]bool{
		`displayName eq "Crew"`:              true,
		`members eq "u"`:                     true,
		`id eq "g" and members.value eq "u"`: true,
		`members.type eq "User"`:             false,
		`displayName co "Crew"`:              false,
	} {
		if got := query.IsGroupLookup(parsed(t, text)); got != want {
			t.Errorf("%s: lookup is %t", text, got)
		}
	}
}

func parsed(t *testing.T, text string) filter.Expr {
	t.Helper()
	e, err := filter.Parse(text)
	if err != nil {
		t.Fatal(text, err)
	}
	return e
}
