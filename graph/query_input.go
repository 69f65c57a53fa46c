package graph

import (
	"strings"
	"unicode/utf8"

	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/internal/apierror"
)

// blank reports whether a query asks for nothing: a search box that nobody has
// written into yet.
func blank(query *string) bool { return query == nil || strings.TrimSpace(*query) == "" }

// groupsNamed narrows a filter to the groups whose name begins with a query.
func groupsNamed(query string, in *model.GroupWhereInput) (*model.GroupWhereInput, error) {
	if utf8.RuneCountInString(query) > search.MaxQuery {
		return nil, apierror.Errorf(apierror.Limit, "query", "query must have at most %d characters", search.MaxQuery)
	}
	if !attribute.Storable(query) {
		return nil, apierror.Errorf(apierror.Invalid, "query", "query holds a character that cannot be stored")
	}
	name := strings.TrimSpace(query)
	all := []model.GroupWhereInput{{DisplayNameHasPrefix: &name}}
	if in != nil {
		all = append(all, *in)
	}
	return &model.GroupWhereInput{And: all}, nil
}
