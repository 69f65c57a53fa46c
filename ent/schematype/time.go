package schematype

import "time"

// Now is the one clock of the model: UTC, truncated to milliseconds, which is
// what both databases and both protocols can carry without loss.
func Now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }
