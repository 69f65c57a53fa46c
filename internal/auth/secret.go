package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Secret is the plain text of a secret. It is printed, encoded and logged as a
// redaction; only [Secret.Reveal] returns the text.
type Secret struct {
	plain *string // a pointer, so that printing a struct around it shows no text either
}

const redacted = "[redacted]"

// Reveal returns the plain text, for the one answer that shows it.
func (s Secret) Reveal() string {
	if s.plain == nil {
		return ""
	}
	return *s.plain
}

// Digest returns what is stored of the secret: its SHA-256, or its
// HMAC-SHA-256 under pepper where there is one. The text has 256 random bits,
// so a slow hash would add nothing.
func (s Secret) Digest(pepper []byte) []byte {
	if len(pepper) == 0 {
		sum := sha256.Sum256([]byte(s.Reveal()))
		return sum[:]
	}
	mac := hmac.New(sha256.New, pepper)
	io.WriteString(mac, s.Reveal())
	return mac.Sum(nil)
}

// Prefix returns the first characters, by which people tell keys apart. They
// reveal nothing else.
func (s Secret) Prefix() string { return s.Reveal()[:min(len(s.Reveal()), shownLength)] }

// String redacts.
func (Secret) String() string { return redacted }

// Format redacts for every verb.
func (Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// MarshalText redacts, also in JSON and XML.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue redacts.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// Value refuses: a secret is never stored.
func (Secret) Value() (driver.Value, error) {
	return nil, errors.New("auth: a secret cannot be stored")
}
