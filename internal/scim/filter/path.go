package filter

import (
	"regexp"
	"strings"
)

// An AttributePath names an attribute, RFC 7644 §3.10. Names are spelled as
// the client did; they and the URN compare without regard to case.
type AttributePath struct {
	URN  string // schema URN; empty when the name stood alone
	Name string // attribute; empty when a PATCH path names a whole schema
	Sub  string // sub-attribute, or empty
}

func (p AttributePath) String() string {
	s := p.Name
	if p.URN != "" {
		s = p.URN
		if p.Name != "" {
			s += ":" + p.Name
		}
	}
	if p.Sub != "" {
		s += "." + p.Sub
	}
	return s
}

// A Path is the target of a PATCH operation, RFC 7644 §3.5.2: an attribute,
// a sub-attribute, or the elements of a multi-valued attribute that match.
type Path struct {
	Attribute AttributePath // Sub is the part behind the brackets
	Filter    Expr          // selects elements; nil when there are no brackets
}

func (p Path) String() string {
	if p.Filter == nil {
		return p.Attribute.String()
	}
	s := AttributePath{URN: p.Attribute.URN, Name: p.Attribute.Name}.String() + "[" + p.Filter.String() + "]"
	if p.Attribute.Sub != "" {
		s += "." + p.Attribute.Sub
	}
	return s
}

// splitPath takes a word such as userName, name.givenName or
// urn:ietf:params:scim:schemas:core:2.0:User:name.givenName apart.
func splitPath(word string) (AttributePath, bool) {
	urn, rest, ok := splitURN(word)
	if !ok {
		return AttributePath{}, false
	}
	if rest == "" {
		return AttributePath{URN: urn}, urn != ""
	}
	name, sub, dotted := strings.Cut(rest, ".")
	if !isName(name) || dotted && !isName(sub) {
		return AttributePath{}, false
	}
	return AttributePath{URN: urn, Name: name, Sub: sub}, true
}

// splitURN cuts a leading schema URN off. The URN ends at the last colon
// (version numbers hold dots, names hold no colons), unless the word is of the
// form urn:…:2.0:User or urn:…:2.0:User.manager: there the last part belongs
// to the schema's name. So does the version in urn:…:1.0.badge, where a dot
// stands for the last colon, and in urn:…:2.0.User.
func splitURN(word string) (urn, rest string, ok bool) {
	if len(word) < 4 || !strings.EqualFold(word[:4], "urn:") {
		return "", word, true
	}
	word = dottedType.ReplaceAllString(word, "$1:$2$3")
	colon := strings.LastIndexByte(word, ':')
	urn, rest = word[:colon], word[colon+1:]
	if head, tail, _ := strings.Cut(rest, "."); isResourceName(head) && endsInVersion(urn) {
		urn, rest = urn+":"+head, tail
		if tail == "" && strings.HasSuffix(word, ".") {
			return "", "", false
		}
	} else if rest == "" {
		return "", "", false
	} else if version, name, ok := cutVersion(rest); ok {
		urn, rest = urn+":"+version, name
	}
	return urn, rest, isURN(urn)
}

var dottedType = regexp.MustCompile(`(?i)(:[0-9]+\.[0-9]+)\.(User|Group)([:.]|$)`)

func isResourceName(s string) bool {
	return strings.EqualFold(s, "User") || strings.EqualFold(s, "Group")
}

// endsInVersion reports whether the last part of a URN looks like 2.0.
func endsInVersion(urn string) bool {
	major, minor, ok := strings.Cut(urn[strings.LastIndexByte(urn, ':')+1:], ".")
	return ok && isDigits(major) && isDigits(minor)
}

// cutVersion takes 1.0.badge apart.
func cutVersion(s string) (version, name string, ok bool) {
	parts := strings.SplitN(s, ".", 3)
	if len(parts) < 3 || !isDigits(parts[0]) || !isDigits(parts[1]) || parts[2] == "" {
		return "", "", false
	}
	return parts[0] + "." + parts[1], parts[2], true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func isURN(s string) bool {
	return len(s) >= len("urn:x") && !strings.ContainsFunc(s, func(r rune) bool { return !inName(r) && !strings.ContainsRune(":.~%/+", r) })
}

// isName follows RFC 7643 §2.1, and lets a name begin with "$" for $ref and
// with "_", so that such a name is merely unknown.
func isName(s string) bool {
	return s != "" && s[0] != '-' && !isDigits(s[:1]) && !strings.ContainsFunc(s, func(r rune) bool { return !inName(r) })
}

func inName(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '$' || r == '-' || r == '_'
}
