package issuers

import (
	"errors"
	"io"
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
	if _, err := NewClient(false).Get(own.URL); !errors.Is(err, ErrAddress) {
		t.Errorf("loopback: %v", err)
	}
	sets := NewKeySets(false, time.Now)
	if _, _, err := sets.fetch(t.Context(), own.URL); !errors.Is(err, errURL) {
		t.Errorf("http: %v", err)
	}
	for uri, want := range map[string]bool{
		"https://keys.test/jwks?v=1": true, "http://keys.test/jwks": false, "file:///etc/passwd": false, "https://": false,
		"https://a:b@keys.test/": false, "https://keys.test/#a": false, "https://keys.test/#": false, "keys.test": false,
		"http://127.0.0.1/jwks": false,
	} {
		if err := CheckURL(uri, false); (err == nil) != want {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

// An issuer on the machine itself needs no certificate, one elsewhere does.
func TestPrivateIssuers(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]bool{
		"http://127.0.0.1:8080/jwks": true, "http://localhost/": true, "http://[::1]:1/": true, "https://10.0.0.1/": true,
		"http://10.0.0.1/": false, "http://localhost.evil.test/": false, "file://localhost/etc/passwd": false,
	} {
		if err := CheckURL(uri, true); (err == nil) != want {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

// No answer of an issuer fills the memory, whoever reads it.
func TestLargeAnswersAreNotRead(t *testing.T) {
	t.Parallel()
	size := maxBody
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, size)) }))
	t.Cleanup(server.Close)
	for _, size = range []int{maxBody, maxBody + 1, 8 * maxBody} {
		res, err := NewClient(true).Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if want := size > maxBody; errors.Is(err, errTooLarge) != want || len(text) > maxBody {
			t.Errorf("%d bytes: %d read, %v", size, len(text), err)
		}
	}
}
