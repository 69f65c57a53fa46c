package sqlconn

import (
	"errors"
	"net/url"
	"testing"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

func TestUnsafeDurabilityIsRefused(t *testing.T) {
	t.Parallel()
	clusters := map[string]string{
		"fsync":              pgtest.Start(t, "fsync=off").URL(t),
		"synchronous_commit": pgtest.URL(t) + "&synchronous_commit=off",
	}
	for setting, u := range clusters {
		db, err := Open(t.Context(), Config{URL: u})
		if err == nil {
			db.Close()
		}
		if !errors.Is(err, ErrUnsafeDurability) {
			t.Errorf("%s off: %v, want ErrUnsafeDurability", setting, err)
		}
		db, err = Open(t.Context(), Config{URL: u, AllowUnsafeDurability: true})
		if err != nil {
			t.Errorf("%s off, but allowed: %v", setting, err)
			continue
		}
		db.Close()
	}
}

// deadAddress is one where nobody listens, and no other test ever will.
const deadAddress = "127.0.0.1:1"

func TestSecondHostIsUsed(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	db := openWith(t, Config{URL: "postgres://" + u.User.Username() + "@" + deadAddress + "," + u.Host +
		u.Path + "?sslmode=disable&target_session_attrs=read-write"})
	if err := insert(t.Context(), db, 1, "a"); err != nil {
		t.Error(err, Detail(err))
	}
}

func TestNoServerIsUnavailable(t *testing.T) {
	t.Parallel()
	_, err := Open(t.Context(), Config{URL: "postgres://u@" + deadAddress + "/x?sslmode=disable"})
	if !IsUnavailable(err) || !Retryable(err) {
		t.Errorf("%v (%s), want unavailable and retryable", err, Detail(err))
	}
}
