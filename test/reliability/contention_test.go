package reliability_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// rounds is how often writers meet: FEDDIR_RACE_ROUNDS, or n.
func rounds(t testing.TB, n int) int {
	t.Helper()
	text := os.Getenv("FEDDIR_RACE_ROUNDS")
	if text == "" {
		return n
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("FEDDIR_RACE_ROUNDS=%q is not a number of rounds", text)
	}
	return n
}

// usualRounds are enough to meet what goes wrong in one of some ten rounds.
const usualRounds = 30

// Whatever two kinds of change meet on the same users and groups, and by
// whatever way they come, nobody is turned away and nothing is miscounted.
func TestEveryPairOfChangesAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: lets changes meet in rounds")
	}
	onEachDatabase(t, func(t *testing.T, in *installation) {
		a := newArena(t, in)
		for repeat := range (rounds(t, usualRounds) + usualRounds - 1) / usualRounds {
			for i, first := range operations {
				for j, second := range operations[:i+1] {
					a.set(t, 8, 4)
					pair := [2]operation{first, second}
					a.atOnce(t, func(n int, random *rand.Rand) {
						a.send(t, pair[n%2], protocols[(n/2+i+j+repeat)%len(protocols)], random)
					})
					a.checkRows(t, first.name+" and "+second.name)
				}
			}
		}
		a.checkAll(t)
	})
}

// The same with all changes at random, and reading between.
func TestRandomChangesAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: lets changes meet in rounds")
	}
	onEachDatabase(t, func(t *testing.T, in *installation) {
		a := newArena(t, in)
		a.set(t, 60, 12)
		all := append(append([]operation{}, operations...), reading...)
		var sent atomic.Int64
		began := time.Now()
		for round := range rounds(t, usualRounds) {
			a.atOnce(t, func(n int, random *rand.Rand) {
				for range 10 {
					a.send(t, all[random.IntN(len(all))], protocols[random.IntN(len(protocols))], random)
					sent.Add(1)
				}
			})
			a.checkRows(t, fmt.Sprint("round ", round))
		}
		t.Logf("%.0f requests a second", float64(sent.Load())/time.Since(began).Seconds())
		a.checkAll(t)
	})
}

// A directory that is deleted while its provider fills it is gone, with all
// that came in meanwhile, and the provider is told that its key is no good.
func TestDirectoryDeletedWhileItIsFilled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: lets changes meet in rounds")
	}
	onEachDatabase(t, func(t *testing.T, in *installation) {
		a := newArena(t, in)
		for range (rounds(t, usualRounds) + 9) / 10 {
			b := a.newDirectory(t)
			b.set(t, 20, 6)
			var deleted sync.WaitGroup
			deleted.Go(func() {
				must(t)(b.client.graphQL(context.Background(), `mutation($id: ID!) { deleteDirectory(input: {id: $id}) { deletedId } }`, map[string]any{"id": b.in.Directory.ID}, ""))
			})
			b.atOnce(t, func(n int, random *rand.Rand) {
				for range 5 {
					b.send(t, operations[random.IntN(len(operations))], protocols[random.IntN(len(protocols))], random)
				}
			})
			deleted.Wait()
			for _, table := range []string{"directories", "users", "groups", "memberships", "user_values", "directory_counts", "keys"} {
				column := "directory_id"
				if table == "directories" {
					column = "id"
				}
				eventually(t, "nothing is left of the directory in "+table, func() bool {
					return ask[int](t, b.db, "SELECT count(*) FROM "+table+" WHERE "+column+" = $1", b.in.Directory.ID) == 0
				})
			}
		}
		a.checkAll(t)
	})
}

// together is how many requests are on their way at once.
const together = 16

// atOnce runs f for each of the requests that come together.
func (a *arena) atOnce(t testing.TB, f func(n int, random *rand.Rand)) {
	t.Helper()
	var ready, done sync.WaitGroup
	ready.Add(1)
	a.seed++
	for n := range together {
		random := rand.New(rand.NewPCG(a.seed, uint64(n)))
		done.Go(func() {
			ready.Wait()
			f(n, random)
		})
	}
	ready.Done()
	done.Wait()
}
