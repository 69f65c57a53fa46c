package mail

import (
	"crypto/x509"
	"time"
)

// Trust makes a sender trust a certificate, and wait no longer than tests do. One
// of elsewhere takes the server for one that is not on this machine.
func (s *Sender) Trust(roots *x509.CertPool, timeout time.Duration, elsewhere bool) {
	s.tls.RootCAs, s.timeout = roots, timeout
	if elsewhere {
		s.open, s.tls.InsecureSkipVerify = false, false
	}
}
