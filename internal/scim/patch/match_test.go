package patch_test

import (
	"encoding/json"
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// A remove shows which elements a filter selects.
func TestFiltersSelectElements(t *testing.T) {
	t.Parallel()
	const all = `"emails":[{"value":"ann@A","type":"work","primary":true},{"value":"bob@b","type":"home","primary":false},{"value":"cy@c"}]`
	for selector, left := range map[string]string{
		`value eq "ANN@a"`:                         `b c`,
		`value ne "ann@a"`:                         `a`,
		`value co "B@"`:                            `a c`,
		`value sw "an"`:                            `b c`,
		`value ew "@c"`:                            `a b`,
		`value gt "bob@b"`:                         `a b`,
		`value ge "bob@b"`:                         `a`,
		`value lt "bob@b"`:                         `b c`,
		`value le "bob@b"`:                         `c`,
		`type pr`:                                  `c`,
		`not (type pr)`:                            `a b`,
		`type eq null`:                             `a b`,
		`type ne null`:                             `c`,
		`type ne "work"`:                           `a`,
		`type eq "work" or value sw "cy"`:          `b`,
		`type eq "work" and primary eq "False"`:    `a b c`,
		`primary eq "TRUE"`:                        `b c`,
		`primary ne true`:                          `a`,
		`primary eq false`:                         `a c`,
		`(type pr or primary pr) and value co "o"`: `a c`,
	} {
		t.Run(selector, func(t *testing.T) {
			t.Parallel()
			path, _ := json.Marshal("emails[" + selector + "]")
			after, _, err := patch.Apply(schema.Users, user(t, all), operations(t, `{"op":"remove","path":`+string(path)+`}`))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			list, _ := after["emails"].([]any)
			for i, e := range list {
				if i > 0 {
					got += " "
				}
				got += e.(map[string]any)["value"].(string)[:1]
			}
			if got != left {
				t.Errorf("left %s, want %s", got, left)
			}
		})
	}
}

// Two texts that differ only in case are equal as the directory's own columns
// have it, in every script.
func TestFiltersIgnoreCaseInEveryScript(t *testing.T) {
	t.Parallel()
	after, _, err := patch.Apply(schema.Users, user(t, `"emails":[{"value":"ΣΟΦΟΣ@a"},{"value":"maſt@b"}]`),
		operations(t, `{"op":"remove","path":"emails[value eq \"σοφος@a\" or value eq \"MAST@b\"]"}`))
	if err != nil {
		t.Fatal(err)
	}
	if after["emails"] != nil {
		t.Errorf("left %v", after["emails"])
	}
}

func TestCaseExactValues(t *testing.T) {
	t.Parallel()
	after, _, err := patch.Apply(schema.Groups, decode(t, `{"displayName":"d","members":[{"value":"a"}]}`),
		operations(t, `{"op":"remove","path":"members[value eq \"A\"]"}`))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, after, decode(t, `{"displayName":"d","members":[{"value":"a"}]}`))
}
