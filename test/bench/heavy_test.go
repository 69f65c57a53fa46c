package bench_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
)

// What is measured beside searches: requests at each turn of two keys, while so
// many people can be found.
const (
	heavyTown     = 20_000
	heavyRequests = 200
	heavyTurn     = 25 * time.Millisecond
	heavyRounds   = 3
)

// TestFiguresBesideSearches measures how long SCIM requests wait for answers
// while another company, or the same one, searches for common words: reads of a
// key of another company, and writes of the provider of the one that searches.
func TestFiguresBesideSearches(t *testing.T) {
	if !strings.Contains(os.Getenv("FEDDIR_FIGURES"), "heavy") {
		t.Log("set FEDDIR_FIGURES=heavy to measure; it takes three minutes")
		return // not skipped: nothing was asked for
	}
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			in := &installation{databaseURL: databaseURL(t, database)}
			in.people = fill(t, in.databaseURL, few, nil)
			in.settleTown(t, database, heavyTown)
			in.serve(t, nil)
			in.addAPIKeys(t, 500)
			read, write := in.quietRead(t), in.patchActive()
			for _, searches := range []int{0, 16, 100} {
				var reads, writes []time.Duration
				var failed, served, refused int64
				for range heavyRounds {
					s, r := in.searching(searches, func() {
						took, wrong := in.pacedTogether(t, func() request { return read }, write)
						reads, writes, failed = append(reads, took[0]...), append(writes, took[1]...), failed+wrong
					})
					served, refused = served+s, refused+r
				}
				seconds := heavyRounds * heavyRequests * heavyTurn.Seconds()
				fmt.Printf("| beside %d searches, p50/p99/max | %s | reads of another company %s | writes of the same %s | %d failed | %.1f/s searches, %.1f/s refused | %s |\n",
					searches, database, spread(reads), spread(writes), failed, float64(served)/seconds, float64(refused)/seconds, load())
			}
		})
	}
}

// quietRead is a read of a user of another company with its directory's key.
func (in *installation) quietRead(t testing.TB) request {
	t.Helper()
	ctx := viewer.WithOperator(context.Background())
	company, err := in.operations.CreateCompany(ctx, model.CreateCompanyInput{ShortName: "quiet", Name: "Quiet"})
	check(t, err)
	directory, err := in.operations.CreateDirectory(ctx, model.CreateDirectoryInput{CompanyID: &company.Company.ID, Name: "People"})
	check(t, err)
	key, err := in.operations.CreateKey(ctx, model.CreateKeyInput{DirectoryID: &directory.Directory.ID, Name: "quiet"})
	check(t, err)
	user, err := in.operations.CreateUser(ctx, model.CreateUserInput{DirectoryID: directory.Directory.ID, UserAttributes: schematype.UserAttributes{UserName: "ada"}})
	check(t, err)
	return request{status: 200}.with("GET", "/v2/Users/"+user.User.ID.String()+"?excludedAttributes=nickName", "", *key.AccessToken, "")
}

// pacedTogether sends a request of each kind at each turn, each kind over
// connections of its own, and returns how long the answers took, counted from
// the turns, and how many were not the right ones. Who is late keeps nobody
// waiting.
func (in *installation) pacedTogether(t testing.TB, kinds ...scenario) (took [][]time.Duration, failed int64) {
	t.Helper()
	took = make([][]time.Duration, len(kinds))
	var wrong atomic.Int64
	var all sync.WaitGroup
	start := time.Now()
	for k, kind := range kinds {
		took[k] = make([]time.Duration, heavyRequests)
		idle := make(chan *client, heavyRequests)
		for i := range heavyRequests {
			turn, next := start.Add(time.Duration(i)*heavyTurn), kind()
			all.Go(func() {
				time.Sleep(time.Until(turn))
				var c *client
				select {
				case c = <-idle:
				default:
					var err error
					if c, err = dial(in.address); err != nil {
						wrong.Add(1)
						return
					}
				}
				if _, err := c.do(next); err != nil {
					wrong.Add(1)
				}
				took[k][i] = time.Since(turn)
				idle <- c
			})
		}
		defer func() {
			for close(idle); ; {
				c, ok := <-idle
				if !ok {
					return
				}
				c.conn.Close()
			}
		}()
	}
	all.Wait()
	return took, wrong.Load()
}

// searching searches for common words over so many connections while f runs,
// and tells how often an answer came and how often a refusal.
func (in *installation) searching(clients int, f func()) (served, refused int64) {
	words := []string{"engineer", "grade", "dock", "engineer " + givenName(0), "b"}
	var ok, no atomic.Int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			c, err := dial(in.address)
			if err != nil {
				return
			}
			defer c.conn.Close()
			for n := i; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := c.do(in.search(words[n%len(words)], false)); err == nil {
					ok.Add(1)
				} else if no.Add(1); !strings.Contains(err.Error(), "status") {
					return
				}
			}
		})
	}
	f()
	close(stop)
	all.Wait()
	return ok.Load(), no.Load()
}
