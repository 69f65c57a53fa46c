package auth

import "net/netip"

// Network returns the network of an address, by which attempts are limited: one
// customer of an internet provider has a whole /64 of IPv6 addresses.
func Network(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}
