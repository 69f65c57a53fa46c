package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/cmd/feddir/server"
	"github.com/feddir/feddir/ent/entdb/pgtest"
	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/viewer"
)

// held stops every statement of one key amid it, with the connection it has.
type held struct {
	key  atomic.Pointer[uuid.UUID]
	some chan struct{}
}

func (h *held) guard(ctx context.Context, _ string, _ []any) error {
	if v, _ := viewer.FromContext(ctx); h.key.Load() != nil && v.KeyID == *h.key.Load() {
		select {
		case h.some <- struct{}{}:
		default:
		}
		<-ctx.Done()
	}
	return nil
}

// E-163: a key that sends far more than it may is refused and told when to come
// again. The key of another directory is served meanwhile, though on PostgreSQL
// none of the noisy key's requests comes to an end.
func TestNoisyKeySlowsNobodyElse(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: measures a key beside a busy one")
	}
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			stuck := &held{some: make(chan struct{}, 1)}
			cfg := server.Config{Database: patient("sqlite:" + filepath.Join(t.TempDir(), "feddir.db")), Rate: 25, Burst: 1}
			if database == "postgres" {
				cfg.Database = sqlconn.Config{URL: pgtest.URL(t), StatementTimeout: time.Hour, MaxOpen: 4, Guard: stuck.guard}
			}
			s, stop := serve(t, cfg)
			defer stop()
			noisy, quiet := makeKeys(t, s.Operations(), "harbor"), makeKeys(t, s.Operations(), "quay")
			if database == "postgres" {
				stuck.key.Store(&noisy.id)
			}
			ctx, end := context.WithCancel(t.Context())
			refused := flood(ctx, t, s.URL(), noisy.directory)
			<-refused.first
			if database == "postgres" {
				<-stuck.some
			}
			wrong := "nothing was asked"
			for attempt := range 3 { // on a busy machine a request may be late for reasons of its own
				if wrong = servedMeanwhile(t, s.URL(), quiet.directory, attempt); wrong == "" {
					break
				}
			}
			if wrong != "" {
				t.Error(wrong)
			}
			end()
			refused.all.Wait()
		})
	}
}

// servedMeanwhile sends requests of a key, no more in all than it may always
// send at once, and says what is wrong with an answer.
func servedMeanwhile(t *testing.T, url, token string, attempt int) (wrong string) {
	t.Helper()
	for i := range 8 {
		body := fmt.Sprintf(`{"userName":"user%d.%d"}`, attempt, i)
		var made struct{ ID string }
		if status := send(t, "POST", url+"/v2/Users", token, body, &made); status != 201 {
			return fmt.Sprintf("the quiet key's POST is answered %d", status)
		}
		if status := send(t, "GET", url+"/v2/Users/"+made.ID, token, "", &made); status != 200 {
			return fmt.Sprintf("the quiet key's GET is answered %d", status)
		}
	}
	return ""
}

// refusals tell when a key was refused for the first time.
type refusals struct {
	first chan struct{}
	all   sync.WaitGroup
}

// flood sends requests with a key, very many at the same time, until ctx ends.
func flood(ctx context.Context, t *testing.T, url, token string) *refusals {
	r := &refusals{first: make(chan struct{})}
	var once sync.Once
	for range 150 {
		r.all.Go(func() {
			for ctx.Err() == nil {
				request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/v2/Users", nil)
				if err != nil {
					t.Error(err)
					return
				}
				request.Header.Set("Authorization", "Bearer "+token)
				resp, err := http.DefaultClient.Do(request)
				if err != nil {
					return // ended
				}
				if resp.StatusCode == http.StatusTooManyRequests {
					checkRefusal(ctx, t, resp)
					once.Do(func() { close(r.first) })
				}
				resp.Body.Close()
				pause(ctx)
			}
		})
	}
	return r
}

func checkRefusal(ctx context.Context, t *testing.T, resp *http.Response) {
	text, err := io.ReadAll(resp.Body)
	if ctx.Err() != nil {
		return
	}
	var body struct {
		Schemas        []string
		Status, Detail string
	}
	if err != nil || json.Unmarshal(text, &body) != nil || len(body.Schemas) != 1 || !strings.HasSuffix(body.Schemas[0], ":Error") || body.Status != "429" || body.Detail == "" {
		t.Errorf("429 with %v %s", err, text)
	}
	if after, err := strconv.Atoi(resp.Header.Get("Retry-After")); err != nil || after < 1 {
		t.Errorf("429 with Retry-After %q", resp.Header.Get("Retry-After"))
	}
	if media := resp.Header.Get("Content-Type"); !strings.HasPrefix(media, "application/scim+json") {
		t.Errorf("429 as %s", media)
	}
}
