package patch

import (
	"strings"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/filter"
	"github.com/feddir/feddir/internal/scim/schema"
)

// selected handles members[…] whose filter names ids, by value or by $ref. Any
// other filter would need the members to be read.
func (s *splitter) selected(op Op, path filter.Path, given []string) error {
	members := schema.Group.Attribute("members")
	if known, err := check(members, path.Filter); !known {
		if err == nil { // nothing is passed over of members
			err = errorf(InvalidPath, "%s names what members do not have", shown(path.String()))
		}
		return err
	}
	ids, ok := candidates(path.Filter)
	if !ok {
		return errorf(InvalidFilter, `members are selected by value eq "id", with further conditions or without`)
	}
	var chosen []string
	for _, id := range ids {
		if err := storable("members.value", id); err != nil {
			return err
		}
		if judge(path.Filter, id) != isFalse {
			chosen = append(chosen, id)
		}
	}
	switch {
	case op == Remove || op == Replace && len(given) == 0:
		s.step(RemoveMembers, chosen)
	case len(given) == 0: // an add of nothing
	case len(chosen) == 0:
		return errorf(NoTarget, "no member can be what the filter says")
	case !(len(chosen) == 1 && len(given) == 1 && chosen[0] == given[0]):
		return errorf(Immutable, "members.value cannot be changed; remove the member and add the other")
	default:
		s.step(AddMembers, chosen)
	}
	return nil
}

// candidates are the ids outside of which a filter selects nobody; ok is false
// where it may select anybody.
func candidates(e filter.Expr) (ids []string, ok bool) {
	switch e := e.(type) {
	case filter.Or:
		left, ok := candidates(e.Left)
		right, also := candidates(e.Right)
		return append(left, right...), ok && also
	case filter.And:
		if ids, ok = candidates(e.Left); ok {
			return ids, true
		}
		return candidates(e.Right)
	case filter.Compare:
		id := e.Value.Text
		if strings.EqualFold(e.Path.Name, "$ref") {
			id = id[strings.LastIndexByte(id, '/')+1:]
		} else if !strings.EqualFold(e.Path.Name, "value") {
			return nil, false
		}
		return []string{id}, e.Op == filter.Equal && e.Value.Kind != filter.Null
	}
	return nil, false
}

// truth is what is known of a condition. The greater of two holds for or, the
// lesser for and.
type truth int

const (
	isFalse truth = -1
	unknown truth = 0
	isTrue  truth = 1
)

// judge says whether a filter selects the member with an id, as far as the id
// tells: it does not tell the name, which is no part of the membership.
func judge(e filter.Expr, id string) truth {
	switch e := e.(type) {
	case filter.And:
		return min(judge(e.Left, id), judge(e.Right, id))
	case filter.Or:
		return max(judge(e.Left, id), judge(e.Right, id))
	case filter.Not:
		return -judge(e.Expr, id)
	case filter.Present:
		return isTrue
	case filter.Compare:
		return judgeComparison(e, id)
	}
	return unknown
}

func judgeComparison(e filter.Compare, id string) truth {
	members := schema.Group.Attribute("members")
	sub, kind := members.SubAttribute(e.Path.Name), memberType(id)
	var element map[string]any
	switch {
	case sub.Name == "value":
		element = map[string]any{"value": id}
	case sub.Name == "type" && kind != "":
		element = map[string]any{"type": kind}
	case sub.Name == "$ref" && kind != "" && e.Op == filter.Equal && e.Value.Kind != filter.Null:
		if strings.HasSuffix(e.Value.Text, "/"+kind+"s/"+id) {
			return isTrue
		}
		return isFalse
	default:
		return unknown
	}
	if matches(members, e, element) {
		return isTrue
	}
	return isFalse
}

// memberType is the type that an id tells; "" where it tells none.
func memberType(id string) string {
	switch {
	case schematype.ParseID(id, schematype.TypeUser).Version() != 0:
		return schema.Users.Name
	case schematype.ParseID(id, schematype.TypeGroup).Version() != 0:
		return schema.Groups.Name
	}
	return ""
}
