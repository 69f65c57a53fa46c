package bench_test

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// search is the first page of a search of the directory, or of the company,
// with all that a list of people shows.
func (in *installation) search(query string, directory bool) request {
	const fields = `{ edges { score highlights { field parts } node { id displayName title department emails { value } } } pageInfo { hasNextPage endCursor } }`
	if directory {
		return in.graphql(searchPoints, `query($d: ID!, $q: String!) { users(directoryId: $d, first: 50, query: $q) `+fields+` }`, map[string]any{"d": in.directory, "q": query})
	}
	return in.graphql(searchPoints, `query($q: String!) { users(first: 50, query: $q) `+fields+` }`, map[string]any{"q": query})
}

// searchPoints are at least what a search costs of a key's budget.
const searchPoints = 300

// TestSearchFigures measures the first pages of searches of a town; see
// TestFigures. FEDDIR_TOWN is how many people live there.
func TestSearchFigures(t *testing.T) {
	pattern := os.Getenv("FEDDIR_FIGURES")
	if pattern == "" {
		t.Log("set FEDDIR_FIGURES=search to measure")
		return
	}
	wanted, err := regexp.Compile(pattern)
	check(t, err)
	if !wanted.MatchString("search") {
		return
	}
	people := many
	if text := os.Getenv("FEDDIR_TOWN"); text != "" {
		people, err = strconv.Atoi(text)
		check(t, err)
	}
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			in := &installation{databaseURL: databaseURL(t, database)}
			in.people = fill(t, in.databaseURL, 1, nil)
			start := time.Now()
			in.settleTown(t, database, people)
			t.Logf("%d people in %v", people, time.Since(start).Round(time.Second))
			in.serve(t, nil)
			in.addAPIKeys(t, 500)
			for _, c := range searches(people) {
				s := side{c.name, in.address, oneAtATime, func() request { return in.search(c.query, !c.company) }}
				samples := sideBySide(t, 3, turn, s)[0]
				fmt.Printf("| %s | %s | %d | %v | %v | %v | %s |\n", c.name, database, people,
					median(samples, func(s sample) time.Duration { return s.cpu }).Round(100*time.Microsecond),
					median(samples, func(s sample) time.Duration { return s.p50 }).Round(100*time.Microsecond),
					median(samples, func(s sample) time.Duration { return s.p99 }).Round(100*time.Microsecond), load())
			}
		})
	}
}

type searched struct {
	name, query string
	company     bool
}

// searches are what people look for, and what is worst.
func searches(people int) []searched {
	given, family := givenName(0), familyName(0)
	swap := family[:2] + family[3:4] + family[2:3] + family[4:]
	return []searched{
		{"one letter", "b", false},
		{"one letter, company", "b", true},
		{"two letters of two names", given[:1] + " " + family[:1], false},
		{"a name that 1 in 20 has", given, false},
		{"the same, company", given, true},
		{"a family name", family, false},
		{"beginning of a family name", family[:4], false},
		{"both names", given + " " + family, false},
		{"both names, family name with a typo", given + " " + swap, false},
		{"a name with a typo", swap, false},
		{"a title that all have", "engineer", false},
		{"a title that all have, and a family name", "engineer " + family, false},
		{"words nobody has together", "grade0 dock1", false},
		{"nobody", "qqqqqqqq", false},
		{"nobody, 8 words", "qqqqqqqqqq wwwwwwwwww yyyyyyyyyy xxxxxxxxxx hhhhhhhhhh jjjjjjjjjj cccccccccc oooooooooo", false},
		{"200 characters", strings.Repeat("ba", 100), false},
		{"address", given + "." + family[:3], false},
		{"phone number", fmt.Sprintf("+41 44 %d", 1000000+people/2), false},
		{"last 4 digits", "4321", false},
		{"wildcards", "%_*", false},
		{"operators", `"` + given + `" OR ` + family + `* NEAR(x) --'`, false},
	}
}
