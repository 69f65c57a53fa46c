package schema

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// dateTime is the syntax of XML Schema, without years of more than four digits.
var dateTime = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(\.\d+)?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?$`)

// ParseTime reads a dateTime, which is one of XML Schema (RFC 7643 §2.3.5): the
// time zone may be missing, and is UTC then, and 24:00:00 is the next midnight.
// In UTC it must be in the years 1 to 9999, which databases compare.
func ParseTime(text string) (time.Time, error) {
	part := dateTime.FindStringSubmatch(text)
	if part == nil {
		return time.Time{}, fmt.Errorf("%.64q is not a time", text)
	}
	date, clock, fraction, zone := part[1], part[2], part[3], part[4]
	var days int
	if clock == "24:00:00" && strings.Trim(fraction, ".0") == "" {
		clock, days = "00:00:00", 1
	}
	if zone == "" {
		zone = "Z"
	}
	at, err := time.Parse(time.RFC3339Nano, date+"T"+clock+fraction+zone)
	if err != nil {
		return time.Time{}, err
	}
	at = at.AddDate(0, 0, days).UTC()
	if at.Year() < 1 || at.Year() > 9999 {
		return time.Time{}, fmt.Errorf("%.64q is not in the years 1 to 9999", text)
	}
	return at, nil
}
