package scimadapter

import (
	"bytes"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/jsontext"
	"github.com/feddir/feddir/internal/scim/document"
	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// The forms read and write the attributes of users and groups as JSON.
var (
	userForm  = document.New[schematype.UserAttributes](schema.Users)
	groupForm = document.New[schematype.GroupAttributes](schema.Groups)
)

// applyPatch carries out operations on attributes. It returns the parts of them
// that had no effect.
func applyPatch[A any](f *document.Form[A], rt schema.ResourceType, attributes *A, ops []patch.Operation) ([]patch.Ignored, error) {
	doc, err := f.Document(attributes)
	if err != nil {
		return nil, err
	}
	doc, ignored, err := patch.Apply(rt, doc, ops)
	if err != nil {
		return nil, err
	}
	return ignored, f.Read(doc, attributes)
}

func (a *adapter) head(rt schema.ResourceType, id uuid.UUID, created, modified time.Time, version int64) document.Head {
	text := id.String()
	return document.Head{
		ID: text, Created: created, LastModified: modified,
		Location: a.location(rt, text), Version: versionTag(version),
	}
}

// userLocation is the URL of a user. It is empty if the text is no id of a user.
func (a *adapter) userLocation(id string) string {
	if schematype.ParseID(id, schematype.TypeUser) == uuid.Nil {
		return ""
	}
	return a.location(schema.Users, id)
}

// appendResource writes a resource, limited to what p includes. It makes a map
// of it only if p leaves something out.
func appendResource[A any](b *bytes.Buffer, p projection, f *document.Form[A], h document.Head, attributes *A, locate func(string) string) error {
	if p.everything() {
		return f.Append(b, h, attributes, locate)
	}
	var whole bytes.Buffer
	if err := f.Append(&whole, h, attributes, locate); err != nil {
		return err
	}
	var doc map[string]any
	if err := jsontext.Decode(whole.Bytes(), &doc); err != nil {
		return err
	}
	p.apply(doc)
	return jsontext.Append(b, doc)
}

// reportIgnored reports parts of a request that had no effect: in its record, in
// the log, and to Config.Ignored.
func (a *adapter) reportIgnored(r *request, ignored []patch.Ignored) {
	if len(ignored) == 0 {
		return
	}
	r.setIgnored(ignored)
	zerolog.Ctx(r.ctx).Debug().Interface("ignored", ignored).Msg("parts of a SCIM request had no effect")
	if a.cfg.Ignored != nil {
		a.cfg.Ignored(r.ctx, ignored)
	}
}
