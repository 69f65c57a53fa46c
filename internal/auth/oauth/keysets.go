package oauth

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"
)

const (
	keysFreshFor = time.Hour
	keysRetry    = 30 * time.Second // how long after a fetch the next one waits
	fetchTimeout = 5 * time.Second
	maxKeySet    = 256 << 10
	maxKeySets   = 1000
)

// keySets remembers the keys of other issuers. Safe for concurrent use.
type keySets struct {
	http     *http.Client
	insecure bool
	now      func() time.Time
	loads    singleflight.Group
	mu       sync.Mutex
	sets     map[string]keySet // by address
}

type keySet struct {
	keys    []jose.JSONWebKey
	fetched time.Time // zero when it never was
	tried   time.Time
	err     error // of the last try
}

func newKeySets(insecure bool, now func() time.Time) *keySets {
	return &keySets{http: newFetcher(insecure), insecure: insecure, now: now, sets: make(map[string]keySet)}
}

// key returns a key that an address publishes, nil when it publishes none of
// that id. Keys that are too old, or lack the id, are fetched again, but not
// too often; where that fails so does key.
func (k *keySets) key(ctx context.Context, uri, kid string) (*jose.JSONWebKey, error) {
	if kid == "" {
		return nil, nil
	}
	set := k.known(uri)
	fresh := k.now().Sub(set.fetched) < keysFreshFor
	if found := pick(set.keys, kid); fresh && found != nil {
		return found, nil
	}
	if k.now().Sub(set.tried) < keysRetry {
		return nil, set.err
	}
	loaded := k.loads.DoChan(uri, func() (any, error) { return k.load(context.WithoutCancel(ctx), uri), nil })
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-loaded:
		set = result.Val.(keySet)
		if set.err != nil {
			return nil, set.err
		}
		return pick(set.keys, kid), nil
	}
}

func (k *keySets) known(uri string) keySet {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.sets[uri]
}

// load fetches the keys of an address and remembers how that went. Keys of
// before stay good while they are fresh.
func (k *keySets) load(ctx context.Context, uri string) keySet {
	set := k.known(uri)
	set.tried = k.now()
	keys, err := k.fetch(ctx, uri)
	if set.err = err; err == nil {
		set.keys, set.fetched = keys, set.tried
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.sets) >= maxKeySets {
		clear(k.sets)
	}
	k.sets[uri] = set
	return set
}

func (k *keySets) fetch(ctx context.Context, uri string) ([]jose.JSONWebKey, error) {
	if err := CheckKeysURI(uri); err != nil && !k.insecure {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/jwk-set+json, application/json")
	res, err := k.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("keys of an issuer: status %d", res.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, maxKeySet+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxKeySet {
		return nil, fmt.Errorf("keys of an issuer: more than %d bytes", maxKeySet)
	}
	return ParseKeys(text)
}
