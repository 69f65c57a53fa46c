package rule

import (
	"fmt"
	"strings"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/viewer"
)

// Denied is a denial that says in plain words, safe to show, what is missing.
type Denied struct{ Reason string }

func (d *Denied) Error() string { return d.Reason }

// Unwrap makes it a denial to ent.
func (d *Denied) Unwrap() error { return privacy.Deny }

// lacks denies a viewer who lacks a scope. Only API keys have some to name; to
// others it would mean nothing.
func lacks(v viewer.Viewer, format string, s viewer.Scope) error {
	if v.Kind != viewer.APIKey {
		return privacy.Denyf("the viewer lacks the scope %q", s)
	}
	return &Denied{fmt.Sprintf(format, strings.ToUpper(string(s)))}
}
