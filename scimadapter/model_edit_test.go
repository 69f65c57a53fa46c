package scimadapter_test

import (
	"strings"

	"pgregory.net/rapid"
)

// edit is one operation of a PATCH of a user, in one of the dialects of
// identity providers, and what it means.
type edit struct {
	op    map[string]any
	apply func(*person)
	bad   bool // it must be refused, and the whole request with it
}

var (
	setting  = []string{"Add", "Replace", "add", "replace", "REPLACE"}
	removing = []string{"Remove", "remove"}
	unset    = []any{"", nil, []any{}, map[string]any{}} // the last two only in a replace: to add them adds nothing
)

func (m *modelled) drawEdit(t *rapid.T) edit {
	switch rapid.SampledFrom([]string{"one", "more", "several", "nested", "clear", "state", "email", "no email", "ignored", "refused"}).Draw(t, "kind") {
	case "several":
		return m.setSeveral(t)
	case "nested":
		return setNested(t)
	case "clear":
		return m.clearOne(t)
	case "state":
		return setState(t)
	case "email":
		return setEmail(t)
	case "no email":
		return clearEmail(t)
	case "ignored":
		return ignoredOne(t)
	case "refused":
		return refusedOne(t)
	}
	return m.setOne(t)
}

func (m *modelled) drawPath(t *rapid.T) string {
	return rapid.SampledFrom(append(valued, "userName")).Draw(t, "path")
}

// spelled writes a path as clients do: in any case, core attributes with and
// without their URN (E-052, E-055).
func spelled(t *rapid.T, path string) string {
	if !strings.HasPrefix(path, "urn:") && rapid.Bool().Draw(t, "with URN") {
		path = coreURN + ":" + path
	}
	if rapid.Bool().Draw(t, "upper case") {
		path = strings.ToUpper(path)
	}
	return path
}

// setOne is the default dialect: one attribute for each operation.
func (m *modelled) setOne(t *rapid.T) edit {
	path := m.drawPath(t)
	text := m.drawValue(t, path)
	var value any = text
	if path == managerPath {
		value = rapid.SampledFrom([]any{text, map[string]any{"value": text}, []any{map[string]any{"value": text, "$ref": nil}}}).Draw(t, "form")
	}
	op := map[string]any{"op": rapid.SampledFrom(setting).Draw(t, "op"), "path": spelled(t, path), "value": value}
	return edit{op: op, apply: func(p *person) { p.set(path, text) }}
}

// setSeveral is the dialect of the flag: paths as keys of one value (E-054).
func (m *modelled) setSeveral(t *rapid.T) edit {
	paths := rapid.SliceOfNDistinct(rapid.SampledFrom(append(valued, "userName")), 1, 3, rapid.ID[string]).Draw(t, "paths")
	value, texts := map[string]any{}, map[string]string{}
	for _, path := range paths {
		texts[path] = m.drawValue(t, path)
		value[spelled(t, path)] = texts[path]
	}
	op := map[string]any{"op": rapid.SampledFrom(setting).Draw(t, "op"), "value": value}
	return edit{op: op, apply: func(p *person) {
		for path, text := range texts {
			p.set(path, text)
		}
	}}
}

// setNested gives sub-attributes in objects, which are merged.
func setNested(t *rapid.T) edit {
	given, department := rapid.SampledFrom(texts).Draw(t, "givenName"), rapid.SampledFrom(texts).Draw(t, "department")
	op := map[string]any{"op": rapid.SampledFrom(setting).Draw(t, "op"), "value": map[string]any{
		"Name": map[string]any{"givenName": given}, enterpriseURN: map[string]any{"DEPARTMENT": department},
	}}
	return edit{op: op, apply: func(p *person) {
		p.set("name.givenName", given)
		p.set(enterpriseURN+":department", department)
	}}
}

// clearOne takes a value away, which is too little only for userName (E-080, E-082,
// E-083).
func (m *modelled) clearOne(t *rapid.T) edit {
	path := m.drawPath(t)
	op := map[string]any{"op": "Add", "path": path, "value": rapid.SampledFrom(unset[:2]).Draw(t, "empty")}
	if rapid.Bool().Draw(t, "by replace") {
		op = map[string]any{"op": "Replace", "path": path, "value": rapid.SampledFrom(unset).Draw(t, "empty")}
	}
	if rapid.Bool().Draw(t, "by remove") {
		op = map[string]any{"op": rapid.SampledFrom(removing).Draw(t, "op"), "path": spelled(t, path)}
	}
	return edit{op: op, apply: func(p *person) { p.set(path, "") }}
}

// setState disables and enables, with text or a boolean (E-050).
func setState(t *rapid.T) edit {
	active := rapid.Bool().Draw(t, "active")
	var value any = active
	if rapid.Bool().Draw(t, "as text") {
		value = rapid.SampledFrom(spellings[active]).Draw(t, "text")
	}
	op := map[string]any{"op": rapid.SampledFrom(setting).Draw(t, "op"), "path": "active", "value": value}
	if rapid.Bool().Draw(t, "without path") {
		op = map[string]any{"op": "replace", "value": map[string]any{"active": value}}
	}
	return edit{op: op, apply: func(p *person) { p.active = active }}
}

// setEmail writes through a value path, which makes what it does not find (E-060).
func setEmail(t *rapid.T) edit {
	kind, value := rapid.SampledFrom(kinds).Draw(t, "type"), rapid.SampledFrom(texts).Draw(t, "email")
	op := map[string]any{"op": rapid.SampledFrom(setting).Draw(t, "op"), "path": `emails[type eq "` + kind + `"].value`, "value": value}
	return edit{op: op, apply: func(p *person) { p.setEmail(kind, value) }}
}

// clearEmail takes an element away, also one that is not there (E-081, E-082).
func clearEmail(t *rapid.T) edit {
	kind := rapid.SampledFrom(kinds).Draw(t, "type")
	path := `emails[type eq "` + kind + `"]`
	op := rapid.SampledFrom([]map[string]any{
		{"op": "remove", "path": path}, {"op": "Remove", "path": path + ".value"},
		{"op": "Replace", "path": path + ".value", "value": ""}, {"op": "replace", "path": path + ".value", "value": nil},
	}).Draw(t, "form")
	return edit{op: op, apply: func(p *person) { p.setEmail(kind, "") }}
}

// ignoredOne writes what nobody knows or may write (E-056, E-086).
func ignoredOne(t *rapid.T) edit {
	path := rapid.SampledFrom([]string{"favouriteColour", "id", "meta.version", "groups", enterpriseURN + ":nosuch", "password"}).Draw(t, "path")
	op := map[string]any{"op": rapid.SampledFrom(setting).Draw(t, "op"), "path": path, "value": "x"}
	return edit{op: op, apply: func(*person) {}}
}

// refusedOne has a value that is none (E-085).
func refusedOne(t *rapid.T) edit {
	op := rapid.SampledFrom([]map[string]any{
		{"op": "Replace", "path": "active", "value": "perhaps"}, {"op": "add", "path": "title", "value": true},
		{"op": "add", "value": map[string]any{"name": "x", "title": "y"}}, {"op": "replace", "value": "x"},
	}).Draw(t, "form")
	return edit{op: op, bad: true}
}
