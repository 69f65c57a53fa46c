package auth

import (
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
)

// temporaryLifetime is the longest that a temporary credential is valid.
const temporaryLifetime = time.Minute

// IssueTemporary returns a credential that opens a directory in this process, as
// its keys do, until end is called or a minute has passed. Neither the
// credential nor its use is stored.
func (a *Authenticator) IssueTemporary(d *ent.Directory) (s Secret, end func()) {
	s = NewSecret(key.KindDIRECTORY)
	at := digest(s.Digest(a.cfg.Pepper))
	a.temporary.Store(at, &grant{
		viewer:    directoryViewer(d.CompanyID, d.ID, schematype.NewID(schematype.TypeKey), string(d.State)),
		expires:   a.cfg.Now().Add(temporaryLifetime),
		temporary: true,
	})
	return s, func() { a.temporary.Delete(at) }
}
