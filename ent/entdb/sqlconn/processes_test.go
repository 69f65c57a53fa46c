package sqlconn

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// E-002: feddir setup works while the server runs. The other process is this test
// again, told by the environment which file to write to.
func TestTwoProcessesWriteOneFile(t *testing.T) {
	const variable = "SQLCONN_TEST_FILE"
	if u := os.Getenv(variable); u != "" {
		db, err := Open(t.Context(), patient(Config{URL: u}))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		for n := range 5 {
			err := db.Retry(t.Context(), func(ctx context.Context) error {
				return insert(ctx, db, -1-n, fmt.Sprint("other ", n))
			})
			if err != nil {
				t.Fatal(err, Detail(err))
			}
		}
		return
	}
	t.Parallel()
	db := openFile(t, Config{})
	other := exec.Command(os.Args[0], "-test.run=^TestTwoProcessesWriteOneFile$")
	other.Env = append(os.Environ(), variable+"="+db.cfg.URL)
	var wg sync.WaitGroup
	var ids atomic.Int64
	stop := make(chan struct{})
	for range 8 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				id := int(ids.Add(1))
				if err := db.Retry(context.Background(), func(ctx context.Context) error {
					return insert(ctx, db, id, fmt.Sprint(id))
				}); err != nil {
					t.Error(err, Detail(err))
					return
				}
			}
		})
	}
	began := time.Now()
	out, err := other.CombinedOutput()
	t.Logf("the other process wrote 5 rows in %v beside %d of ours", time.Since(began), ids.Load())
	close(stop)
	wg.Wait()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if n := number(t, db, "SELECT count(*) FROM item WHERE id < 0"); n != 5 {
		t.Errorf("%d rows of the other process, want 5", n)
	}
}
