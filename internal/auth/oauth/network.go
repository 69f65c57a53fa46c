package oauth

import "net/netip"

// network returns the network of an address: one customer of an internet provider
// has a whole /64 of IPv6 addresses.
func network(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}
