package patch

import (
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// parsePath reads a path. The filter in it names sub-attributes alone, unless
// it has the URN of a schema that its attribute does not belong to: then it
// names what check does not know.
func parsePath(rt schema.ResourceType, text string) (filter.Path, error) {
	path, err := filter.ParsePath(text)
	if err != nil || path.Filter == nil {
		return path, err
	}
	if inner, err := rt.Inner(path.Attribute, path.Filter); err == nil {
		path.Filter = inner
	}
	return path, nil
}
