package bench_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// The sizes that are compared.
const (
	few, many           = 1_000, 100_000
	smallGroup, bigOne  = 10, 100_000
	rounds              = 9
	turn                = 500 * time.Millisecond
	readers, oneAtATime = 8, 1
)

// TestFigures measures what docs/figures.md tells, and fails nothing: how fast
// a machine is today is no property of the program. FEDDIR_FIGURES is a
// pattern of the names of the figures wanted, "." for all.
func TestFigures(t *testing.T) {
	pattern := os.Getenv("FEDDIR_FIGURES")
	if pattern == "" {
		t.Log("set FEDDIR_FIGURES=. (or a pattern of names) to measure; it takes some minutes")
		return // not skipped: nothing was asked for
	}
	wanted, err := regexp.Compile(pattern)
	check(t, err)
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			small := install(t, database, few, nil, nil)
			large := install(t, database, many, []int{smallGroup, bigOne}, nil)
			large.addAPIKeys(t, 500)
			for _, f := range append(comparisons(large, small), aboveFloor(t, database, large, wanted)...) {
				if wanted.MatchString(f.name) {
					f.measure(t, database)
				}
			}
		})
	}
}

// figure compares two sides. Of a figure without a second side there is only
// what the first does.
type figure struct {
	name     string
	goal     string // of the ratio
	per      string // what the ratio is: "time" of the first by that of the second, or "rate"
	one, two side
}

func comparisons(large, small *installation) []figure {
	reads := func(in *installation, name string, s scenario) side { return side{name, in.address, readers, s} }
	writes := func(name string, clients int, s scenario) side { return side{name, large.address, clients, s} }
	end := large.cursorNearTheEnd()
	lastPages := large.lastPages()
	c, _ := dial(large.address)
	for range many / 10 / pageSize { // as a client that has crawled to there
		c.do(lastPages())
	}
	for _, in := range []*installation{large, small} { // as a server that has answered each of them once
		in.readAll()
	}
	return []figure{
		{"read by id", "≤ 1.3", "time", reads(large, "100,000 users", large.getUser), reads(small, "1,000 users", small.getUser)},
		{"read by id what is not kept", "≤ 1.3", "time", reads(large, "100,000 users", large.getUserAnew), reads(small, "1,000 users", small.getUserAnew)},
		{"find by userName", "≤ 1.3", "time", reads(large, "100,000 users", large.userByName), reads(small, "1,000 users", small.userByName)},
		{"add or remove a member", "≤ 1.5", "time", writes("of 100,000", oneAtATime, large.member(large.groups[1], large.users[many-1], true)), writes("of 10", oneAtATime, large.member(large.groups[0], large.users[many-1], false))},
		{"page of 100, crawled", "≤ 3", "time", reads(large, "last pages", lastPages), reads(large, "first page", large.firstPage)},
		{"page of 100, from nowhere", "≤ 3", "time", reads(large, "at the end", large.coldPages()), reads(large, "first page", large.firstPage)},
		{"GraphQL page of 100", "≤ 3", "time", reads(large, "at the end", func() request { return large.graphqlPage(end) }), reads(large, "first page", large.graphqlFirstPage)},
		{"GraphQL members, 20", "≤ 1.5", "time", reads(large, "of 100,000", func() request { return large.members(large.groups[1]) }), reads(large, "of 10", func() request { return large.members(large.groups[0]) })},
		{name: "GraphQL user by id", one: reads(large, "100,000 users", large.graphqlUser)},
		{name: "patch active", one: writes("8 clients", readers, large.patchActive())},
		{"create a user", "≥ 5 (SQLite)", "rate", writes("64 clients", 64, large.createUser), writes("1 client", oneAtATime, large.createUser)},
	}
}

// cursorNearTheEnd is the cursor of the place before the last page.
func (in *installation) cursorNearTheEnd() string {
	c, err := dial(in.address)
	if err != nil {
		panic(err)
	}
	defer c.conn.Close()
	body, err := c.do(in.graphql(20, `query($d: ID!) { users(directoryId: $d, last: 100) { pageInfo { startCursor } } }`, map[string]any{"d": in.directory}))
	var page struct {
		Data struct {
			Users struct{ PageInfo struct{ StartCursor string } }
		}
	}
	if err != nil || json.Unmarshal(body, &page) != nil {
		panic(fmt.Sprintf("%v: %s", err, body))
	}
	return page.Data.Users.PageInfo.StartCursor
}

// aboveFloor compares reads with the floor, on users that were drawn by lot.
func aboveFloor(t *testing.T, database string, in *installation, wanted *regexp.Regexp) []figure {
	const name = "read by id above the floor"
	if !wanted.MatchString(name) {
		return nil
	}
	drawn := make([]uuid.UUID, 2_000)
	for i := range drawn {
		drawn[i] = in.users[rand.N(len(in.users))]
	}
	slices.SortFunc(drawn, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	drawn = slices.Compact(drawn)
	address := openFloor(t, database, in, drawn)
	from := func(path string) scenario {
		return func() request {
			return request{status: 200}.with("GET", path+drawn[rand.N(len(drawn))].String(), "", in.scimKey, "")
		}
	}
	server := side{"server", in.address, readers, from("/v2/Users/")}
	return []figure{
		{name + " (columns)", "≥ 0.5", "rate", server, side{"one SELECT of the columns", address, readers, from("/columns/")}},
		{name + " (stored bytes)", "–", "rate", server, side{"one SELECT of the bytes", address, readers, from("/stored/")}},
	}
}

// measure prints the figure as a row of docs/figures.md.
func (f figure) measure(t *testing.T, database string) {
	sides := []side{f.one}
	result := "–"
	if f.two.next != nil {
		sides = append(sides, f.two)
	}
	samples := sideBySide(t, rounds, turn, sides...)
	if f.two.next != nil {
		byRate, byCPU := ratio(samples[0], samples[1], rate), ratio(samples[0], samples[1], cpu)
		if f.per == "time" {
			byRate = 1 / byRate
		} else {
			byCPU = 1 / byCPU
		}
		result = fmt.Sprintf("**%.2f** (CPU %.2f)", byRate, byCPU)
	}
	var did []string
	for i, s := range sides {
		did = append(did, fmt.Sprintf("%s: %.0f/s, %v CPU, %v/%v", s.name, median(samples[i], rate),
			median(samples[i], func(s sample) time.Duration { return s.cpu }).Round(time.Microsecond),
			median(samples[i], func(s sample) time.Duration { return s.p50 }).Round(10*time.Microsecond),
			median(samples[i], func(s sample) time.Duration { return s.p99 }).Round(10*time.Microsecond)))
	}
	fmt.Printf("| %s | %s | %s | %s | %s | %s |\n", f.name, database, f.goal, result, strings.Join(did, "; "), load())
}

// load is how many want a core, by the kernel's count of the last minute.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return fmt.Sprintf("%s on %d", first, runtime.NumCPU())
}
