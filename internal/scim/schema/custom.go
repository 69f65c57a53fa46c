package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/feddir/feddir/internal/scim/filter"
)

// The most a directory can describe of its own.
const (
	MaxCustom           = 20       // extensions
	MaxCustomAttributes = 200      // attributes in all of them
	MaxCustomText       = 64 << 10 // bytes of their JSON
	maxCanonicalValues  = 100      // of one attribute
)

// A Custom is an extension that a directory has of its own. Its attributes are
// simple, with one value or several, and can be read and written.
type Custom struct {
	ResourceType string `json:"resourceType"` // name of the type it extends
	Schema
}

// CustomTypes are the types that attributes of custom extensions can have.
var CustomTypes = []Type{String, Boolean, Decimal, Integer, DateTime, Reference, Binary}

// Complete returns c with the characteristics that follow from its others. It
// fails on what no schema may be; the error is safe to show.
func (c Custom) Complete() (Custom, error) {
	rt, ok := resourceType(c.ResourceType)
	switch {
	case !ok:
		return c, fmt.Errorf("there is no resource type %.64q", c.ResourceType)
	case !rt.mayExtend(c.ID):
		return c, fmt.Errorf("%.100q cannot be the URN of an extension", c.ID)
	case !within(c.Name, 1, 100):
		return c, errors.New("the name of an extension has 1 to 100 characters")
	case !within(c.Description, 0, 250):
		return c, errors.New("a description has at most 250 characters")
	case len(c.Attributes) == 0:
		return c, fmt.Errorf("%s has no attributes", c.ID)
	}
	c.Attributes = slices.Clone(c.Attributes)
	for i, a := range c.Attributes {
		if find(c.Attributes[:i], a.Name) != nil {
			return c, fmt.Errorf("%s has two attributes %s", c.ID, a.Name)
		}
		var err error
		if c.Attributes[i], err = a.complete(); err != nil {
			return c, err
		}
	}
	return c, nil
}

// CompleteAll completes all extensions of a directory.
func CompleteAll(all []Custom) ([]Custom, error) {
	done := make([]Custom, len(all))
	attributes := 0
	for i, c := range all {
		if slices.ContainsFunc(all[:i], func(o Custom) bool { return strings.EqualFold(o.ID, c.ID) }) {
			return nil, fmt.Errorf("two extensions have the URN %.100q", c.ID)
		}
		var err error
		if done[i], err = c.Complete(); err != nil {
			return nil, err
		}
		attributes += len(c.Attributes)
	}
	text, err := json.Marshal(done)
	if err != nil {
		return nil, err
	}
	if len(all) > MaxCustom || attributes > MaxCustomAttributes || len(text) > MaxCustomText {
		return nil, fmt.Errorf("a directory has at most %d extensions with %d attributes and %d bytes in all", MaxCustom, MaxCustomAttributes, MaxCustomText)
	}
	return done, nil
}

// For returns the schemas of those that extend a resource type.
func For(rt ResourceType, all []Custom) []*Schema {
	var schemas []*Schema
	for i := range all {
		if all[i].ResourceType == rt.Name {
			schemas = append(schemas, &all[i].Schema)
		}
	}
	return schemas
}

func resourceType(name string) (ResourceType, bool) {
	for _, rt := range []ResourceType{Users, Groups} {
		if rt.Name == name {
			return rt, true
		}
	}
	return ResourceType{}, false
}

// mayExtend reports whether a URN can be that of a custom extension: paths with
// it lead to it.
func (rt ResourceType) mayExtend(urn string) bool {
	path, err := filter.ParsePath(urn + ":x")
	return err == nil && path.Attribute.URN == urn && path.Attribute.Name == "x" && within(urn, 1, 250) &&
		IsExtension(urn) && !rt.lengthens(urn) && !strings.EqualFold(rt.Canonical(urn), EnterpriseUserID) && !rt.IsCore(urn) && !isOwn(urn)
}

// attributeName is the syntax of RFC 7643 §2.1.
var attributeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9$_-]{0,99}$`)

func (a Attribute) complete() (Attribute, error) {
	switch {
	case !attributeName.MatchString(a.Name):
		return a, fmt.Errorf("%.64q is no name of an attribute: letters, digits, $, - and _, the first a letter, at most 100", a.Name)
	case !slices.Contains(CustomTypes, a.Type):
		return a, fmt.Errorf("%s: attributes of extensions are of the types %v", a.Name, CustomTypes)
	case !within(a.Description, 0, 250):
		return a, errors.New("a description has at most 250 characters")
	case len(a.CanonicalValues) > maxCanonicalValues:
		return a, fmt.Errorf("%s has more than %d canonical values", a.Name, maxCanonicalValues)
	}
	for _, v := range a.CanonicalValues {
		if !within(v, 1, 256) {
			return a, fmt.Errorf("%s: a canonical value has 1 to 256 characters", a.Name)
		}
		if _, err := a.acceptOne(v); err != nil {
			return a, fmt.Errorf("%s: %.64q is no value of its type", a.Name, v)
		}
	}
	a.Mutability, a.Returned, a.Uniqueness = ReadWrite, Default, None
	if len(a.CanonicalValues) == 0 {
		a.CanonicalValues = nil
	}
	a.SubAttributes, a.ReferenceTypes, a.Unlisted = nil, nil, false
	if a.Type == Reference {
		a.ReferenceTypes = []string{"external"}
	}
	a.CaseExact = a.CaseExact || a.Type == Reference || a.Type == Binary // RFC 7643 §2.3.6, §2.3.7
	return a, nil
}

// within reports whether a text has so many characters, none of them NUL.
func within(text string, least, most int) bool {
	n := utf8.RuneCountInString(text)
	return least <= n && n <= most && utf8.ValidString(text) && !strings.Contains(text, "\x00")
}
