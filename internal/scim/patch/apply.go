package patch

import (
	"cmp"
	"slices"
	"strings"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// Apply carries out operations on a resource in normal form and returns the
// result, also in normal form, and what was ignored. The operations apply in
// order and all or none: after an error there is no result. The resource
// itself is never modified. The error is an *Error.
func Apply(rt schema.ResourceType, resource map[string]any, ops []Operation) (map[string]any, []Ignored, error) {
	if len(ops) > MaxOperations {
		return nil, nil, errorf(InvalidValue, "more than %d operations", MaxOperations)
	}
	d := document{rt: rt, values: clone(resource).(map[string]any)}
	for _, op := range ops {
		if err := d.apply(op); err != nil {
			return nil, nil, err
		}
	}
	if err := d.checkResult(resource); err != nil {
		return nil, nil, err
	}
	return d.values, d.ignored, nil
}

// Normalize brings the body of a POST or PUT into normal form and reports
// what was ignored: attributes that do not exist, are read-only, or are not
// stored. It asks for no required attribute; CheckRequired does. The body is
// not modified. The error is an *Error.
func Normalize(rt schema.ResourceType, body map[string]any) (map[string]any, []Ignored, error) {
	return Apply(rt, map[string]any{}, []Operation{{Op: Replace, Value: body}})
}

// CheckRequired refuses a resource in normal form that lacks a required
// attribute. The error is an *Error of type InvalidValue.
func CheckRequired(rt schema.ResourceType, resource map[string]any) error {
	for _, a := range rt.Schema.Attributes {
		if a.Required && resource[a.Name] == nil {
			return errorf(InvalidValue, "%s is required", a.Name)
		}
	}
	return nil
}

// document is a resource being changed.
type document struct {
	rt     schema.ResourceType
	values map[string]any
	named  []any // URNs of the schemas that the operation says it has
	report
}

func (d *document) apply(op Operation) error {
	if err := op.check(); err != nil {
		return err
	}
	if op.Path == "" {
		return d.merge(op.Op, "", op.Value)
	}
	if urn, ok := d.schemaURN(op.Path, op.Value); ok {
		if op.Op == Remove {
			d.removeSchema(urn)
			return nil
		}
		return d.setSchema(op.Op, urn, op.Value)
	}
	path, err := parsePath(d.rt, op.Path)
	if err != nil && (condition.MatchString(op.Path) || d.misread(op.Path)) {
		return errorf(InvalidPath, "path: %v", err)
	}
	if err != nil {
		d.ignore(op.Path, Unknown) // as it can name no attribute
		return nil
	}
	if op.Op == Remove {
		return d.remove(path, op.Value)
	}
	return d.set(op.Op, path, op.Value)
}

// merge sets every attribute of an object. Its keys are paths; those without
// URN belong to the schema with the given one.
func (d *document) merge(op Op, urn string, value any) error {
	object, ok := alone(value).(map[string]any)
	if !ok {
		return errorf(InvalidValue, "the value of an operation without path, and of a schema, must be an object")
	}
	if urn == "" {
		d.named, _ = member(object, "schemas").([]any)
	}
	for _, key := range names(object) {
		if err := d.mergeKey(op, urn, key, object[key]); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) mergeKey(op Op, urn, key string, value any) error {
	if urn == "" && strings.EqualFold(key, "schemas") {
		return nil // every body has them; they follow from the attributes
	}
	if urn, ok := d.schemaURN(key, value); ok {
		return d.setSchema(op, urn, value)
	}
	path, err := parsePath(d.rt, key)
	if err != nil && d.misread(key) {
		return errorf(InvalidPath, "%s: %v", shown(key), err)
	}
	if err != nil {
		d.ignore(key, Unknown)
		return nil
	}
	path.Attribute.URN = cmp.Or(path.Attribute.URN, urn)
	return d.set(op, path, value)
}

// schemaURN returns the URN of the schema that a text names which could be a path.
// One that is not known here may look like an attribute of a shorter one,
// urn:acme:ext like ext of urn:acme; isExtension tells which it is.
func (d *document) schemaURN(text string, value any) (urn string, ok bool) {
	path, err := filter.ParsePath(text)
	if err == nil {
		switch urn = path.Attribute.URN; {
		case urn == "":
			return "", false
		case path.Attribute.Name == "":
			return urn, true
		case (d.rt.IsCore(urn) || d.rt.Extension(urn) != nil) && !d.isOther(text, path.Attribute):
			return "", false
		}
	}
	probe, noURN := filter.ParsePath(text + ":x")
	if noURN != nil || probe.Attribute.URN != text || probe.Attribute.Name != "x" {
		return "", false
	}
	if err == nil {
		return text, d.isExtension(text, path.Attribute, value)
	}
	_, isObject := alone(value).(map[string]any)
	return text, isObject || unset(value) || d.values[d.extensionKey(text)] != nil
}

// isOther reports whether a text that only begins with a name of a schema here, as
// urn:…:enterprise:2.0:Crew does, can be the URN of an extension.
func (d *document) isOther(text string, path filter.AttributePath) bool {
	_, exists := d.rt.Lookup(path.URN, path.Name, "")
	_, possible := d.rt.Lookup(text, "x", "")
	return !exists && possible
}

// isExtension reports whether a text that is the path of an attribute names an
// extension instead, by the value that goes there. It does if the value is an
// object, unless that is the envelope of a value or the attribute is there; and
// if the value is empty and only the extension is there.
func (d *document) isExtension(text string, path filter.AttributePath, value any) bool {
	stored, there := d.values[d.extensionKey(text)].(map[string]any)
	t, ok := d.rt.Lookup(path.URN, path.Name, path.Sub)
	attribute := ok && d.get(t) != nil
	object, _ := alone(value).(map[string]any)
	if len(object) == 0 {
		return there && !attribute && unset(value)
	}
	isNamed := slices.ContainsFunc(d.named, func(urn any) bool { s, _ := urn.(string); return strings.EqualFold(s, text) })
	_, enveloped := envelope(object)
	_, storedSo := envelope(stored)
	return isNamed || there && !storedSo || !enveloped && !attribute
}

// find resolves a path; ok is false, and the path reported, if it leads to
// nothing a client writes.
func (d *document) find(path filter.Path) (t schema.Target, ok bool) {
	a := path.Attribute
	t, ok = d.rt.Lookup(a.URN, a.Name, a.Sub)
	reason := Unknown
	switch {
	case !ok:
	case t.Custom:
		reason, t.Attribute = "", cmp.Or(t.Attribute, &schema.Attribute{Name: t.Name, Type: schema.String})
	default:
		if reason = unwritable(t.Attribute); reason == "" && t.SubAttribute != nil {
			reason = unwritable(t.SubAttribute)
		}
	}
	if reason != "" {
		d.ignore(path.String(), reason)
	}
	return t, reason == ""
}

// selects checks the filter of a path that leads to t; ok is false, and the
// path reported, if the filter names an unknown sub-attribute.
func (d *document) selects(t schema.Target, path filter.Path) (ok bool, err error) {
	if path.Filter == nil {
		return true, nil
	}
	known, err := check(parts(t.Attribute), path.Filter)
	if err != nil {
		return false, err
	}
	if !known {
		d.ignore(path.String(), Unknown)
	}
	return known, nil
}

// checkResult holds what can only be said of the whole resource.
func (d *document) checkResult(before map[string]any) error {
	for _, a := range d.rt.Schema.Attributes {
		if a.Required && before[a.Name] != nil && d.values[a.Name] == nil {
			return errorf(InvalidValue, "%s is required and cannot be cleared", a.Name)
		}
	}
	custom := 0
	for name, value := range d.values {
		if attributes, ok := value.(map[string]any); ok && strings.Contains(name, ":") && d.rt.Extension(name) == nil {
			custom += len(attributes)
		}
	}
	if custom > MaxCustomAttributes {
		return errorf(InvalidValue, "more than %d attributes in custom extensions", MaxCustomAttributes)
	}
	return nil
}
