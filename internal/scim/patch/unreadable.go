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
	attribute, _, _ = strings.Cut(attribute, "[")
	p, err := filter.ParsePath(strings.TrimSpace(attribute))
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
	path, _, _ = strings.Cut(path, "[")
	name := strings.FieldsFunc(path[strings.LastIndexByte(path, ':')+1:], func(r rune) bool { return strings.ContainsRune(" ./", r) })
	return len(name) > 0 && strings.EqualFold(name[0], schema.Group.Attribute("members").Name)
}
