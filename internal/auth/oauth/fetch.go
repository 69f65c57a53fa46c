package oauth

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
)

var errAddress = errors.New("the address is not on the public internet")

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

// newFetcher returns a client for URLs that a company's administrator chose: it
// follows no redirects, uses no proxy, and connects to the public internet only.
// The address is checked after the name was resolved, so that no name can point
// into a private network.
func newFetcher(anyAddress bool) *http.Client {
	dialer := &net.Dialer{Timeout: fetchTimeout}
	if !anyAddress {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			if to, err := netip.ParseAddrPort(address); err != nil || !public(to.Addr()) {
				return errAddress
			}
			return nil
		}
	}
	return &http.Client{
		Timeout:       fetchTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: fetchTimeout, MaxResponseHeaderBytes: 64 << 10,
		},
	}
}

func public(addr netip.Addr) bool {
	addr = addr.Unmap()
	return addr.IsGlobalUnicast() && !addr.IsPrivate() && addr.Zone() == "" &&
		!slices.ContainsFunc(reservedNetworks, func(p netip.Prefix) bool { return p.Contains(addr) })
}
