package issuers

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

const (
	fetchTimeout = 5 * time.Second
	maxBody      = 256 << 10
)

var (
	// ErrAddress means that an address is not on the public internet.
	ErrAddress  = errors.New("the address is not on the public internet")
	errTooLarge = errors.New("the answer of an issuer is too large")
)

// reservedNetworks are not on the public internet, although [netip.Addr] does
// not say so: shared and reserved networks, and IPv4 in IPv6 (RFC 6890).
var reservedNetworks = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2001::/32"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("fec0::/10"),
}

// NewClient returns a client for URLs that a company's administrator chose: it
// follows no redirects, uses no proxy, reads no large answers, and connects to the
// public internet only, unless private is set. The address is checked after the
// name was resolved, so that no name can point into a private network.
func NewClient(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: fetchTimeout}
	if !private {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			if to, err := netip.ParseAddrPort(address); err != nil || !public(to.Addr()) {
				return ErrAddress
			}
			return nil
		}
	}
	return &http.Client{
		Timeout:       fetchTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: bounded{&http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: fetchTimeout, MaxResponseHeaderBytes: 64 << 10,
		}},
	}
}

func public(addr netip.Addr) bool {
	addr = addr.Unmap()
	return addr.IsGlobalUnicast() && !addr.IsPrivate() && addr.Zone() == "" &&
		!slices.ContainsFunc(reservedNetworks, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// bounded fails to read more than maxBody of an answer: libraries read all of it.
type bounded struct{ *http.Transport }

// RoundTrip implements [http.RoundTripper].
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.Transport.RoundTrip(r)
	if err == nil {
		res.Body = &boundedBody{ReadCloser: res.Body, left: maxBody}
	}
	return res, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

// Read implements [io.Reader].
func (b *boundedBody) Read(p []byte) (n int, err error) {
	n, err = b.ReadCloser.Read(p[:min(len(p), b.left+1)])
	if b.left -= n; b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
