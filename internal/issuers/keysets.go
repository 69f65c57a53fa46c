package issuers

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"golang.org/x/sync/singleflight"

	"github.com/feddir/feddir/internal/cache"
)

const (
	keysTTL           = time.Hour
	keysRetryInterval = 30 * time.Second // how long after a fetch the next one waits
	maxKeySets        = 1000
	maxKeyBytes       = 32 << 20 // of all sets
)

// KeySets caches the keys of other issuers, with a share for each company: the
// issuers of one company do not evict those of another. Safe for concurrent use.
type KeySets struct {
	http    *http.Client
	private bool
	now     func() time.Time
	loads   singleflight.Group
	sets    *cache.Cache[uuid.UUID, setKey, keySet]
}

// setKey is the key of the cache: a company and a URL that its clients name.
type setKey struct {
	company uuid.UUID
	uri     string
}

type keySet struct {
	keys      []jose.JSONWebKey
	fetched   time.Time // zero when it never was
	lastTried time.Time
	err       error // of the last try
	bytes     int   // as it was fetched
}

// NewKeySets returns an empty cache. Where private is set, keys are fetched from
// any address.
func NewKeySets(private bool, now func() time.Time) *KeySets {
	return &KeySets{
		http: NewClient(private), private: private, now: now,
		sets: cache.New[uuid.UUID, setKey, keySet](cache.Config{Entries: maxKeySets, Cost: maxKeyBytes}),
	}
}

// Key returns the key with an id at a URL, or nil if there is none. If the cached
// keys are too old or lack the id it fetches them again, at most once in
// keysRetryInterval; it fails if the last fetch failed.
func (k *KeySets) Key(ctx context.Context, company uuid.UUID, uri, kid string) (*jose.JSONWebKey, error) {
	if kid == "" {
		return nil, nil
	}
	at := setKey{company, uri}
	set := k.cached(at)
	fresh := k.now().Sub(set.fetched) < keysTTL
	if found := FindKey(set.keys, kid); fresh && found != nil {
		return found, nil
	}
	if k.now().Sub(set.lastTried) < keysRetryInterval {
		return nil, set.err
	}
	loaded := k.loads.DoChan(company.String()+" "+uri, func() (any, error) { return k.load(context.WithoutCancel(ctx), at), nil })
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-loaded:
		set = result.Val.(keySet)
		if set.err != nil {
			return nil, set.err
		}
		return FindKey(set.keys, kid), nil
	}
}

func (k *KeySets) cached(at setKey) keySet {
	set, _ := k.sets.Get(at.company, at)
	return set
}

// load fetches the keys at a URL and caches the outcome. If the fetch fails, the
// previous keys count until they are too old.
func (k *KeySets) load(ctx context.Context, at setKey) keySet {
	set := k.cached(at)
	set.lastTried = k.now()
	keys, bytes, err := k.fetch(ctx, at.uri)
	if set.err = err; err == nil {
		set.keys, set.bytes, set.fetched = keys, bytes, set.lastTried
	}
	k.sets.Add(at.company, at, set, int64(set.bytes+len(at.uri)))
	return set
}

func (k *KeySets) fetch(ctx context.Context, uri string) (keys []jose.JSONWebKey, bytes int, err error) {
	if err := CheckURL(uri, k.private); err != nil {
		return nil, 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Accept", "application/jwk-set+json, application/json")
	res, err := k.http.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("keys of an issuer: status %d", res.StatusCode)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, 0, err
	}
	keys, err = ParseKeys(text)
	return keys, len(text), err
}
