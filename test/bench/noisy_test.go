package bench_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/ratelimit"
)

// The quiet key sends a request at each turn; the noisy one as fast as it is
// answered, over so many connections.
const (
	quietRequests = 300
	quietTurn     = 10 * time.Millisecond
	noisyClients  = 64
	noisyRounds   = 5
)

// TestFiguresOfANoisyKey measures how long a key of one directory waits for
// answers, reads and writes in turn, alone and while the key of another sends
// far more than it may.
func TestFiguresOfANoisyKey(t *testing.T) {
	if !strings.Contains(os.Getenv("FEDDIR_FIGURES"), "noisy") {
		t.Log("set FEDDIR_FIGURES=noisy to measure; it takes two minutes")
		return // not skipped: nothing was asked for
	}
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			in := &installation{databaseURL: databaseURL(t, database), rate: ratelimit.DefaultRate}
			in.people = fill(t, in.databaseURL, few, nil)
			in.serve(t, nil)
			noise, write := in.noise(t), in.patchActive()
			var alone, beside []time.Duration
			var served, refused int64
			for range noisyRounds {
				alone = append(alone, in.paced(t, write)...)
				s, r := during(noise, in.address, func() { beside = append(beside, in.paced(t, write)...) })
				served, refused = served+s, refused+r
			}
			seconds := noisyRounds * quietRequests * quietTurn.Seconds()
			fmt.Printf("| quiet key, p50/p99/max | %s | alone %s | beside a noisy one %s, of which %.0f/s were served and %.0f/s refused | %s |\n",
				database, spread(alone), spread(beside), float64(served)/seconds, float64(refused)/seconds, load())
		})
	}
}

// paced sends a request at each turn and returns how long the answers took,
// counted from the turns.
func (in *installation) paced(t testing.TB, write scenario) []time.Duration {
	t.Helper()
	c, err := dial(in.address)
	check(t, err)
	defer c.conn.Close()
	took := make([]time.Duration, quietRequests)
	start := time.Now()
	for i := range took {
		next := in.getUserAnew
		if i%2 == 1 {
			next = write
		}
		turn := start.Add(time.Duration(i) * quietTurn)
		time.Sleep(time.Until(turn))
		_, err := c.do(next())
		check(t, err)
		took[i] = time.Since(turn)
	}
	return took
}

func spread(took []time.Duration) string {
	slices.Sort(took)
	n := len(took)
	round := func(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }
	return fmt.Sprintf("%v/%v/%v", round(took[n/2]), round(took[n*99/100]), round(took[n-1]))
}

// noise is the request of a key of another company's directory.
func (in *installation) noise(t testing.TB) request {
	t.Helper()
	ctx := viewer.WithOperator(context.Background())
	company, err := in.operations.CreateCompany(ctx, model.CreateCompanyInput{ShortName: "noisy", Name: "Noisy"})
	check(t, err)
	directory, err := in.operations.CreateDirectory(ctx, model.CreateDirectoryInput{CompanyID: &company.Company.ID, Name: "People"})
	check(t, err)
	key, err := in.operations.CreateKey(ctx, model.CreateKeyInput{DirectoryID: &directory.Directory.ID, Name: "noisy"})
	check(t, err)
	return request{status: 200}.with("GET", "/v2/Users?filter=title+pr", "", *key.AccessToken, "")
}

// during sends a request over and over while f runs, and tells how often it was
// served and refused.
func during(noise request, address string, f func()) (served, refused int64) {
	var ok, no atomic.Int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	for range noisyClients {
		all.Go(func() {
			c, err := dial(address)
			if err != nil {
				return
			}
			defer c.conn.Close()
			for {
				select {
				case <-stop:
					return
				default:
				}
				switch _, err := c.do(noise); {
				case err == nil:
					ok.Add(1)
				case strings.Contains(err.Error(), "status 429"):
					no.Add(1)
				default:
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
