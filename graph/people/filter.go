package people

import (
	"strings"
	"unicode/utf8"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/scim/filter"
)

// ownerID is the directory a list is of, the zero value for the company's.
func ownerID(directoryID *uuid.UUID) uuid.UUID {
	if directoryID == nil {
		return uuid.Nil
	}
	return *directoryID
}

// filtered makes what narrows a list to those of an owner that a filter holds
// for and that are shown. The list is a directory's where that is given, be it
// by an id that is none.
func filtered[P ~func(*sql.Selector)](r *Reader, directoryID *uuid.UUID, expr filter.Expr, compile func(filter.Expr, query.Scope) (P, error), shown func(query.Scope) list.Predicate) func(load.Owner) ([]list.Predicate, error) {
	return func(o load.Owner) ([]list.Predicate, error) {
		scope := query.Scope{Company: o.Company, Directory: o.Directory, URL: r.URL}
		holds := everything(scope)
		if expr != nil {
			p, err := compile(expr, scope)
			if err != nil {
				return nil, apierror.Errorf(apierror.Invalid, "where", "%v", err)
			}
			holds = list.Predicate(p)
		}
		return []list.Predicate{func(s *sql.Selector) {
			if list.OwnedBy(o)(s); directoryID != nil && o.Directory == uuid.Nil {
				s.Where(sql.False())
			}
			holds(s)
			shown(scope)(s)
		}}, nil
	}
}

func everything(query.Scope) list.Predicate { return func(*sql.Selector) {} }

// visible leaves out the disabled users of directories that hide them.
func visible(scope query.Scope) list.Predicate {
	return func(s *sql.Selector) {
		t := sql.Dialect(s.Dialect()).Table(directory.Table)
		hiding := sql.And(sql.EQ(t.C(directory.FieldCompanyID), scope.Company), sql.EQ(t.C(directory.FieldDisabledUsers), string(directory.DisabledUsersHIDDEN)))
		s.Where(sql.Or(
			sql.EQ(s.C(user.FieldActive), true),
			sql.NotIn(s.C(user.FieldDirectoryID), sql.Dialect(s.Dialect()).Select(t.C(directory.FieldID)).From(t).Where(hiding)),
		))
	}
}

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
