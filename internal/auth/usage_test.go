package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/jobs"
)

func use(t testing.TB, s *server, token, agent string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v2/Users", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header["User-Agent"] = []string{agent}
	r.RemoteAddr = "[2001:db8::7]:4000"
	s.do(r)
}

// writeUsage writes the use of keys that a server has not written yet.
func writeUsage(t testing.TB, s *server) {
	t.Helper()
	_, err := s.Jobs()[0].Run(t.Context())
	check(t, err)
}

func (x *fixture) readKey(t testing.TB, k *ent.Key) *ent.Key {
	t.Helper()
	k, err := x.db.Client(t.Context()).Key.Get(viewer.WithOperator(context.WithoutCancel(t.Context())), k.ID)
	check(t, err)
	return k
}

func TestLatestUseIsWritten(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		a, b := x.serve(t, auth.Config{UsageEvery: time.Hour}), x.serve(t, auth.Config{UsageEvery: time.Hour})
		use(t, a, x.directoryText, "earlier")
		x.clock.advance(time.Minute)
		use(t, b, x.directoryText, "\x00later\x1b\xff"+strings.Repeat("ü", 300))
		for _, s := range []*server{b, a} { // the later use is written first and stays
			writeUsage(t, s)
		}
		k := x.readKey(t, x.directoryKey)
		if k.LastUsedAt == nil || !k.LastUsedAt.Equal(x.clock.Now()) {
			t.Errorf("last used at %v, want %v", k.LastUsedAt, x.clock.Now())
		}
		if want := "later" + strings.Repeat("ü", 195); k.LastUsedAgent != want {
			t.Errorf("agent %q", k.LastUsedAgent)
		}
		if k.LastUsedAddress != "2001:db8::7" {
			t.Errorf("address %q", k.LastUsedAddress)
		}
		if k.Version != x.directoryKey.Version || !k.UpdatedAt.Equal(x.directoryKey.UpdatedAt) {
			t.Error("use of a key is no change to it")
		}
		if unused := x.readKey(t, x.apiKey); unused.LastUsedAt != nil {
			t.Error("a key that was not used says it was")
		}
	})
}

// Requests with a key that has ended are counted, and the first use of a key stays.
func TestUseOfAnEndedKey(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{UsageEvery: time.Hour})
		first := x.clock.Now()
		use(t, s, x.directoryText, "Entra")
		x.clock.advance(time.Minute)
		use(t, s, x.directoryText, "Entra")
		writeUsage(t, s)
		x.clock.advance(time.Minute)
		use(t, s, x.directoryText, "Entra")
		writeUsage(t, s)
		k := x.readKey(t, x.directoryKey)
		if k.FirstUsedAt == nil || !k.FirstUsedAt.Equal(first) || k.RefusedCount != nil || k.LastRefusedAt != nil {
			t.Errorf("first used at %v, want %v; refused at %v", k.FirstUsedAt, first, k.LastRefusedAt)
		}
		used := *k.LastUsedAt
		check(t, x.db.InTx(viewer.WithOperator(t.Context()), func(ctx context.Context) error {
			return x.db.Client(ctx).Key.UpdateOne(k).SetRevokedAt(x.clock.Now()).Exec(ctx)
		}))
		s.Forget(k.ID)
		for range 2 {
			x.clock.advance(time.Minute)
			use(t, s, x.directoryText, "old Entra")
		}
		writeUsage(t, s)
		use(t, s, x.directoryText, "old Entra")
		writeUsage(t, s)
		k = x.readKey(t, x.directoryKey)
		if k.RefusedCount == nil || *k.RefusedCount != 3 || k.LastRefusedAt == nil || !k.LastRefusedAt.Equal(x.clock.Now()) || *k.LastRefusedAgent != "old Entra" || *k.LastRefusedAddress != "2001:db8::7" {
			t.Errorf("%v", k)
		}
		if !k.LastUsedAt.Equal(used) {
			t.Error("a refused request counts as a use")
		}
	})
}

// What was used just before the server stops is written, too.
func TestUseIsWrittenInTheBackground(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{})
		use(t, s, x.directoryText, "curl")
		stopping, stop := context.WithCancel(t.Context())
		stop()
		jobs.New(s.Jobs()...).Run(stopping)
		if x.readKey(t, x.directoryKey).LastUsedAt == nil {
			t.Error("nothing was written")
		}
	})
}

func TestUseThatCannotBeWrittenIsKept(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		s := x.serve(t, auth.Config{UsageEvery: time.Hour})
		use(t, s, x.directoryText, "curl")
		ended, end := context.WithCancel(t.Context())
		end()
		if _, err := s.Jobs()[0].Run(ended); err == nil {
			t.Error("written without time for it")
		}
		writeUsage(t, s)
		if k := x.readKey(t, x.directoryKey); k.LastUsedAgent != "curl" {
			t.Error("the use was lost")
		}
	})
}
