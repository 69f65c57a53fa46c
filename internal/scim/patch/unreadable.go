package patch

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// condition is what only a filter has.
var condition = regexp.MustCompile(`(?i)[\[\]"]|\s(eq|ne|co|sw|ew|gt|ge|lt|le|pr)(\s|$)`)

// selecting reports whether a path that cannot be read was to select
// something, or stands in quotes itself. It is refused: to pass over it would
// call a success what had no effect. Any other names an attribute that does not
// exist, such as one of a mapping that somebody made.
func selecting(path string) bool {
	first, _ := utf8.DecodeRuneInString(path)
	return condition.MatchString(path) || filter.IsQuote(first)
}

// begins reports whether a path that cannot be read begins with an attribute.
func (d *document) begins(path string) bool {
	attribute, _, _ := strings.Cut(path, "[")
	p, err := filter.ParsePath(strings.TrimSpace(attribute))
	if err != nil {
		return false
	}
	_, ok := d.rt.Lookup(p.Attribute.URN, p.Attribute.Name, "")
	return ok
}

// beginsMembers reports whether a path that cannot be read was to lead to
// members: of them nothing may be passed over.
func beginsMembers(path string) bool {
	if selecting(path) {
		return true
	}
	name := strings.FieldsFunc(path[strings.LastIndexByte(path, ':')+1:], func(r rune) bool { return strings.ContainsRune(" ./", r) })
	return len(name) > 0 && strings.EqualFold(name[0], schema.Group.Attribute("members").Name)
}
