package graph

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/internal/apierror"
)

// searchUsers is a page of the people that a query finds in a directory, or in
// the viewer's company where it is nil.
func (r *Resolver) searchUsers(ctx context.Context, directoryID *uuid.UUID, args list.Args, text string, in *model.UserWhereInput) (*model.UserConnection, error) {
	s, err := r.newSearch(ctx, directoryID, text, in)
	if err != nil {
		return nil, err
	}
	if args.Before != nil || args.Last != nil {
		return nil, apierror.Errorf(apierror.Invalid, "query", "a search is read forwards, with first and after")
	}
	limit, err := args.Size()
	if err != nil {
		return nil, err
	}
	v, _ := viewer.FromContext(ctx)
	cursors := r.searchCursors(ownerID(directoryID).String(), v.CompanyID.String(), text)
	at := searchPlace{}
	if args.After != nil {
		if at, err = cursors.open(*args.After); err != nil {
			return nil, err
		}
	}
	page, next, err := s.page(ctx, at, limit)
	if err != nil {
		return nil, err
	}
	c := &model.UserConnection{
		PageInfo: &model.PageInfo{HasNextPage: next != nil, HasPreviousPage: args.After != nil},
		Total:    s.count,
	}
	if c.Edges, err = s.edges(ctx, page, cursors); err != nil {
		return nil, err
	}
	if len(c.Edges) > 0 {
		c.PageInfo.StartCursor = &c.Edges[0].Cursor
	}
	if next != nil {
		end := cursors.seal(*next)
		c.PageInfo.EndCursor = &end
	} else if len(page) > 0 {
		end := cursors.seal(page[len(page)-1].place)
		c.PageInfo.EndCursor = &end
	}
	return c, nil
}

func (r *Resolver) newSearch(ctx context.Context, directoryID *uuid.UUID, text string, in *model.UserWhereInput) (*peopleSearch, error) {
	wanted, ok := search.Parse(text)
	if !ok {
		return nil, apierror.Errorf(apierror.Limit, "query", "query must have at most %d characters and %d words", search.MaxQuery, search.MaxWords)
	}
	v, _ := viewer.FromContext(ctx)
	if !v.May(viewer.ScopeRead) {
		return nil, apierror.Errorf(apierror.Forbidden, "", "the key does not allow this")
	}
	scope := r.scope(ctx, ownerID(directoryID))
	if v.Kind == viewer.DirectoryKey && directoryID == nil {
		scope.Directory = v.DirectoryID
	}
	if scope.Company == uuid.Nil && scope.Directory == uuid.Nil {
		return nil, apierror.Errorf(apierror.Invalid, "directoryId", "name the directory to search")
	}
	expr, err := query.FromUserWhere(in)
	if err != nil {
		return nil, err
	}
	narrow, err := filtered(r, directoryID, expr, query.Users, visible)(load.Owner{Company: v.CompanyID, Directory: ownerID(directoryID)})
	if err != nil {
		return nil, err
	}
	return &peopleSearch{r: r, index: termIndex{scope, r}, query: wanted, narrow: func(q *ent.UserQuery) *ent.UserQuery { return q.Where(narrow[0]) }, near: make(map[int][]interval)}, nil
}

// edges reads the whole of the people on a page, and tells where they were found.
func (s *peopleSearch) edges(ctx context.Context, page []found, cursors searchCursors) ([]model.UserEdge, error) {
	ids := make([]uuid.UUID, len(page))
	for i, f := range page {
		ids[i] = f.user.ID
	}
	users, err := s.usersIn(ctx, s.narrow(s.r.client(ctx).User.Query()), ids)
	if err != nil {
		return nil, err
	}
	edges := make([]model.UserEdge, 0, len(page))
	nodes := make([]*ent.User, 0, len(page))
	for _, f := range page {
		u := users[f.user.ID]
		if u == nil {
			continue // gone meanwhile
		}
		attributes, score := AttributesOf(u), float64(f.rank.Score)/1000
		nodes = append(nodes, u)
		edges = append(edges, model.UserEdge{
			Node: u, Cursor: cursors.seal(f.place), Score: &score, Highlights: s.words(f.place.Typos).Highlights(&attributes),
		})
	}
	s.r.loaders.primeUsers(ctx, nodes)
	return edges, nil
}

// countedPeople is how far the people that a search finds are counted.
const countedPeople = 1000

// count tells how many people a search finds, as far as they are counted.
func (s *peopleSearch) count(ctx context.Context) (int64, error) {
	page, _, err := s.page(ctx, searchPlace{}, countedPeople)
	return int64(len(page)), err
}
