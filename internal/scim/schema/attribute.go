package schema

import (
	"encoding/json"
	"slices"
	"strings"
)

// A Type is the data type of an attribute, RFC 7643 §2.3.
type Type string

// The data types.
const (
	String    Type = "string"
	Boolean   Type = "boolean"
	Decimal   Type = "decimal"
	Integer   Type = "integer"
	DateTime  Type = "dateTime"
	Reference Type = "reference"
	Binary    Type = "binary"
	Complex   Type = "complex"
)

// A Mutability says when a client may write an attribute.
type Mutability string

// The mutabilities.
const (
	ReadWrite Mutability = "readWrite"
	ReadOnly  Mutability = "readOnly"
	Immutable Mutability = "immutable"
	WriteOnly Mutability = "writeOnly"
)

// A Returned says when an attribute is part of an answer.
type Returned string

// When attributes are returned: always, unless excluded, when asked for,
// never.
const (
	Always  Returned = "always"
	Default Returned = "default"
	Request Returned = "request"
	Never   Returned = "never"
)

// A Uniqueness says among which resources a value is unique.
type Uniqueness string

// The uniquenesses. Server means: in one directory.
const (
	None   Uniqueness = "none"
	Server Uniqueness = "server"
)

// An Attribute is one attribute definition. Its JSON is the representation of
// RFC 7643 §7, with every characteristic present.
type Attribute struct {
	Name            string      `json:"name"`
	Type            Type        `json:"type"`
	MultiValued     bool        `json:"multiValued"`
	Description     string      `json:"description"`
	Required        bool        `json:"required"`
	CaseExact       bool        `json:"caseExact"`
	CanonicalValues []string    `json:"canonicalValues,omitempty"` // suggestions: any value is accepted
	Mutability      Mutability  `json:"mutability"`
	Returned        Returned    `json:"returned"`
	Uniqueness      Uniqueness  `json:"uniqueness"`
	ReferenceTypes  []string    `json:"referenceTypes,omitempty"`
	SubAttributes   []Attribute `json:"subAttributes,omitempty"`

	// Unlisted attributes are accepted, kept and returned but left out of
	// discovery, because a client would then begin to send them.
	Unlisted bool `json:"-"`
}

// MarshalJSON leaves unlisted sub-attributes out.
func (a Attribute) MarshalJSON() ([]byte, error) {
	type plain Attribute
	p := plain(a)
	p.SubAttributes = slices.DeleteFunc(slices.Clone(a.SubAttributes), func(s Attribute) bool { return s.Unlisted })
	return json.Marshal(p)
}

// SubAttribute finds a sub-attribute by name, ignoring case; nil if there is
// none.
func (a *Attribute) SubAttribute(name string) *Attribute { return find(a.SubAttributes, name) }

func find(in []Attribute, name string) *Attribute {
	for i := range in {
		if strings.EqualFold(in[i].Name, name) {
			return &in[i]
		}
	}
	return nil
}

// What follows keeps the definitions of the schemas to one line each.

func attribute(t Type, name, description string) Attribute {
	return Attribute{
		Name: name, Type: t, Description: description,
		Mutability: ReadWrite, Returned: Default, Uniqueness: None,
	}
}

func text(name, description string) Attribute  { return attribute(String, name, description) }
func truth(name, description string) Attribute { return attribute(Boolean, name, description) }
func instant(name, description string) Attribute {
	return attribute(DateTime, name, description)
}

// binary values are case-exact, RFC 7643 §2.3.6.
func binary(name, description string) Attribute {
	return attribute(Binary, name, description).exact()
}

// reference values are case-exact, RFC 7643 §2.3.7.
func reference(name, description string, types ...string) Attribute {
	a := attribute(Reference, name, description).exact()
	a.ReferenceTypes = types
	return a
}

func single(name, description string, sub ...Attribute) Attribute {
	a := attribute(Complex, name, description)
	a.SubAttributes = sub
	return a
}

func multi(name, description string, sub ...Attribute) Attribute {
	a := single(name, description, sub...)
	a.MultiValued = true
	return a
}

func (a Attribute) required() Attribute            { a.Required = true; return a }
func (a Attribute) exact() Attribute               { a.CaseExact = true; return a }
func (a Attribute) multiValued() Attribute         { a.MultiValued = true; return a }
func (a Attribute) unique() Attribute              { a.Uniqueness = Server; return a }
func (a Attribute) unlisted() Attribute            { a.Unlisted = true; return a }
func (a Attribute) returned(r Returned) Attribute  { a.Returned = r; return a }
func (a Attribute) suggest(v ...string) Attribute  { a.CanonicalValues = v; return a }
func (a Attribute) mutable(m Mutability) Attribute { a.Mutability = m; return a }
func (a Attribute) readOnly() Attribute            { return a.mutable(ReadOnly) }
