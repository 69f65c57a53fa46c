package oauth

import "net/netip"

// network names the network of a client: one customer of a provider has a
// whole /64 of IPv6 addresses.
func network(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}
