package oauth

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"20.190.128.1": true, "2603:1030::1": true, "::ffff:20.190.128.1": true,
		"127.0.0.1": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.0.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "255.255.255.255": false, "224.0.0.1": false, "198.18.0.1": false,
		"::": false, "::1": false, "::ffff:10.0.0.1": false, "::10.0.0.1": false, "fd00::1": false, "fe80::1": false, "fec0::1": false,
		"ff02::1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false, "2001:0:1::": false,
	} {
		if got := public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %t, want %t", text, got, want)
		}
	}
}

// Whoever configures a client must not reach the server's own network with it.
func TestKeysAreFetchedFromThePublicInternetAlone(t *testing.T) {
	t.Parallel()
	own := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the server's own network was asked") }))
	t.Cleanup(own.Close)
	if _, err := newFetcher(false).Get(own.URL); !errors.Is(err, errAddress) {
		t.Errorf("loopback: %v", err)
	}
	sets := newKeySets(false, time.Now)
	if _, _, err := sets.fetch(t.Context(), own.URL); !errors.Is(err, errKeysURI) {
		t.Errorf("http: %v", err)
	}
	for uri, want := range map[string]bool{
		"https://keys.test/jwks?v=1": true, "http://keys.test/jwks": false, "file:///etc/passwd": false, "https://": false,
		"https://a:b@keys.test/": false, "https://keys.test/#a": false, "keys.test": false,
	} {
		if err := CheckKeysURI(uri); (err == nil) != want {
			t.Errorf("%s: %v", uri, err)
		}
	}
}
