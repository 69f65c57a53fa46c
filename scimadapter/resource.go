package scimadapter

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

func (a *adapter) metaOf(rt schema.ResourceType, id uuid.UUID, created, modified time.Time, version int64) meta {
	c, m := timestamp(created), timestamp(modified)
	return meta{
		ResourceType: rt.Name, Created: &c, LastModified: &m,
		Location: a.location(rt, id.String()), Version: versionTag(version),
	}
}

// resource appends a resource and its custom extensions, or what p keeps of
// them. Without a projection no map is made of it.
func (o *output) resource(p projection, v any, extensions schematype.Extensions) error {
	if !p.everything() {
		doc, err := document(v, extensions)
		if err != nil {
			return err
		}
		p.apply(doc)
		return appendJSON(&o.buf, doc)
	}
	if err := appendJSON(&o.buf, v); err != nil {
		return err
	}
	for _, urn := range extensionNames(extensions) {
		if err := appendMember(&o.buf, urn, extensions[urn]); err != nil {
			return err
		}
	}
	return nil
}

// document is a value of ours with its custom extensions as a JSON document.
func document(v any, extensions schematype.Extensions) (map[string]any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	doc, err := decodeObject(text)
	if err != nil {
		return nil, err
	}
	for urn, raw := range extensions {
		if doc[urn], err = decodeObject(raw); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

func decodeObject(text []byte) (doc map[string]any, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	err = dec.Decode(&doc)
	return doc, err
}

// read reads a document in normal form into v and returns its custom extensions.
func read(doc map[string]any, v any, rt schema.ResourceType) (schematype.Extensions, error) {
	text, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return nil, err
	}
	var extensions schematype.Extensions
	for name, value := range doc {
		if !strings.Contains(name, ":") || rt.Extension(name) != nil {
			continue
		}
		raw, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		if extensions == nil {
			extensions = make(schematype.Extensions)
		}
		extensions[name] = raw
	}
	return extensions, nil
}

// extensionNames are the URNs of extensions, always in one order.
func extensionNames(e schematype.Extensions) []string { return slices.Sorted(maps.Keys(e)) }

// ignored tells whoever wants to know what of a request had no effect.
func (a *adapter) ignored(r *request, ignored []patch.Ignored) {
	if len(ignored) == 0 {
		return
	}
	r.overlooked(ignored)
	zerolog.Ctx(r.ctx).Debug().Interface("ignored", ignored).Msg("parts of a SCIM request had no effect")
	if a.cfg.Ignored != nil {
		a.cfg.Ignored(r.ctx, ignored)
	}
}
