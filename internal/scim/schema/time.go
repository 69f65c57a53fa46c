package schema

import "time"

// ParseTime reads a dateTime, which is one of XML Schema (RFC 7643 §2.3.5): the
// time zone may be missing, and is UTC then.
func ParseTime(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		at, err = time.Parse("2006-01-02T15:04:05", text) // a fraction is taken too
	}
	return at.UTC(), err
}
