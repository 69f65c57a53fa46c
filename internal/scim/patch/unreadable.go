package patch

import (
	"regexp"
	"strings"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// condition is what only a filter has.
var condition = regexp.MustCompile(`(?i)[\[\]"]|\s(eq|ne|co|sw|ew|gt|ge|lt|le|pr)(\s|$)`)

// misread reports whether a key that cannot be read was to name an attribute
// that exists, by a filter or in quotes. It is refused: to pass over it would
// call a success what had no effect. Any other names an attribute that does not
// exist, such as one of a mapping that somebody made.
func (d *document) misread(key string) bool {
	attribute, quoted := filter.Unquote(strings.TrimSpace(key))
	if !quoted && !condition.MatchString(key) {
		return false
	}
	p, err := filter.ParsePath(attribute[:end(attribute, " [(")])
	if err != nil {
		return false
	}
	_, ok := d.rt.Lookup(p.Attribute.URN, p.Attribute.Name, "")
	return ok
}

// beginsMembers reports whether a path or key that cannot be read was to lead to
// members: of them nothing may be passed over.
func beginsMembers(path string) bool {
	path, _ = filter.Unquote(strings.TrimSpace(path))
	path = path[:end(path, "[")]
	if len(path) > 4 && strings.EqualFold(path[:4], "urn:") {
		path = path[strings.LastIndexByte(path, ':')+1:]
	}
	return strings.EqualFold(path[:end(path, " ./:,;#(")], schema.Group.Attribute("members").Name)
}

// end is where a text ends before any of some characters.
func end(text, before string) int {
	if i := strings.IndexAny(text, before); i >= 0 {
		return i
	}
	return len(text)
}
