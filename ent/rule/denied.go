package rule

import (
	"fmt"
	"strings"

	"github.com/feddir/feddir/ent/generated/privacy"
	"github.com/feddir/feddir/ent/viewer"
)

// Denied is a denial whose reason may be shown to clients.
type Denied struct{ Reason string }

func (d *Denied) Error() string { return d.Reason }

// Unwrap makes it a denial to ent.
func (d *Denied) Unwrap() error { return privacy.Deny }

// lacks denies a viewer without a scope. Only API keys and accounts are told
// which one is missing: other viewers have no scopes.
func lacks(v viewer.Viewer, format string, s viewer.Scope) error {
	if v.Kind != viewer.APIKey && v.Kind != viewer.Account {
		return privacy.Denyf("the viewer lacks the scope %q", s)
	}
	return &Denied{fmt.Sprintf(format, strings.ToUpper(string(s)))}
}
