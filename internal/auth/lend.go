package auth

import (
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
)

// lendFor is how long a secret is lent at most.
const lendFor = time.Minute

// Lend returns a secret that opens a directory in this program, as a key of it
// would, until end is called or a minute has passed. Nothing of it is stored,
// nor when it was used.
func (a *Authenticator) Lend(d *ent.Directory) (s Secret, end func()) {
	s = NewSecret(key.KindDIRECTORY)
	at := digest(s.Digest(a.cfg.Pepper))
	a.lent.Store(at, &grant{
		viewer:  directoryViewer(d.CompanyID, d.ID, schematype.NewID(schematype.TypeKey), string(d.State)),
		expires: a.cfg.Now().Add(lendFor),
		lent:    true,
	})
	return s, func() { a.lent.Delete(at) }
}
