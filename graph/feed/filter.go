package feed

import (
	"slices"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/change"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/rule"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/model"
)

// Filter says which changes of a company's feed are meant.
type Filter struct {
	Company   uuid.UUID
	Directory *uuid.UUID // nil for all
	kinds     []change.Kind
	types     []change.ResourceType
	resource  *uuid.UUID
}

// NewFilter returns the filter for what is asked of a company's feed, or of that
// of one of its directories.
func NewFilter(company uuid.UUID, directory *uuid.UUID, in *model.ChangeWhereInput) Filter {
	f := Filter{Company: company, Directory: directory}
	if in != nil {
		f.kinds, f.types, f.resource = in.Kind, in.ResourceType, in.ResourceID
	}
	return f
}

// narrow narrows to what is meant of the changes that a viewer may read; owners
// are the directories, where it is about some.
func (f Filter) narrow(v viewer.Viewer, owners []uuid.UUID) list.Predicate {
	where := []predicate.Change{change.CompanyID(f.Company)}
	if f.Directory != nil {
		where = append(where, change.DirectoryIDIn(owners...))
	}
	if f.kinds != nil {
		where = append(where, change.KindIn(f.kinds...))
	}
	if f.types != nil {
		where = append(where, change.ResourceTypeIn(f.types...))
	}
	if f.resource != nil {
		where = append(where, change.ResourceID(*f.resource))
	}
	if hidden := rule.HiddenTypes(v); len(hidden) > 0 {
		where = append(where, change.ResourceTypeNotIn(hidden...))
	}
	return change.And(where...)
}

// Meets tells of a change of the company what where and the rules of changes
// ask the database.
func (f Filter) Meets(v viewer.Viewer, c *ent.Change) bool {
	return c.CompanyID == f.Company &&
		(f.Directory == nil || c.DirectoryID != nil && *c.DirectoryID == *f.Directory) &&
		(f.kinds == nil || slices.Contains(f.kinds, c.Kind)) &&
		(f.types == nil || slices.Contains(f.types, c.ResourceType)) &&
		(f.resource == nil || c.ResourceID == *f.resource) &&
		!slices.Contains(rule.HiddenTypes(v), c.ResourceType)
}

// owner is what has the feed: the directory or the company.
func (f Filter) owner() uuid.UUID {
	if f.Directory != nil {
		return *f.Directory
	}
	return f.Company
}
