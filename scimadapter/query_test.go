package scimadapter

import "testing"

// E-009: what a plus stands for is told by how the blanks are written.
func TestPlusInQueries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ raw, name, want string }{
		{`filter=userName%20eq%20%22a+b%22`, "filter", `userName eq "a+b"`},
		{`filter=userName%20eq%20"a+b"`, "filter", `userName eq "a+b"`},
		{`filter=userName+eq+%22a%2Bb%22`, "filter", `userName eq "a+b"`},
		{`filter=userName+eq+%22a+b%22`, "filter", `userName eq "a b"`},
		{`filter=userName+eq+%22a%20b+c%22`, "filter", `userName eq "a b c"`},
		{`filter=userName+eq+%22a%20b%22&sortBy=x+y`, "sortby", `x y`},
		{`filter=userName%20eq%20a+b`, "filter", `userName eq a+b`},
		{`filter=a%20eq%20%22say+%5C%22x+y%5C%22%22`, "filter", `a eq "say+\"x+y\""`},
		{`filter=a+eq+%22say+%5C%22x%20y%5C%22%22`, "filter", `a eq "say \"x y\""`},
		{`filter=a%09eq%09%22b+c%20d%22`, "filter", "a\teq\t\"b+c d\""},
		{`cursor=a+b&filter=a%20pr`, "cursor", "a+b"},
		{`filter=a%20pr&attributes=b,+c`, "attributes", "b,+c"},
		{`attributes=a,+b`, "attributes", "a, b"},
		{`aadOptscim062020&startIndex=1+1`, "startindex", "1 1"},
		{`filter=%22a&sortBy=x%20y+z`, "sortby", "x y+z"},
	} {
		params, err := parseQuery(c.raw)
		if got := params.Get(c.name); got != c.want || err != nil {
			t.Errorf("%s: got %q, %v", c.raw, got, err)
		}
	}
	for _, raw := range []string{"filter=%", "filter=%5C%2", "a%20b=%zz", "%5"} {
		if _, err := parseQuery(raw); err == nil {
			t.Errorf("%s is read", raw)
		}
	}
}

// E-029: lists of entity tags name versions.
func TestEntityTags(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		`W/"3"`: true, `"3"`: true, `*`: true, `"1", W/"3"`: true, `"1",W/"3"`: true, "\"1\"\t, \"3\"": true, ` , "3"`: true, `"a,b", "3"`: true,
		`"1"`: false, `3`: false, `W/`: false, `"`: false, `"3`: false, `"1,3"`: false, `"3, 3"`: false, ``: false, `w/"3"`: false, `"*"`: false,
	} {
		if got := matches([]string{header}, 3); got != want {
			t.Errorf("%s: %t", header, got)
		}
	}
}
