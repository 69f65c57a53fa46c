package people

import (
	"context"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/attribute"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/graph/search"
	"github.com/feddir/feddir/internal/apierror"
)

// search is a page of the people that a query finds in a directory, or in
// the viewer's company where it is nil.
func (r *Reader) search(ctx context.Context, directoryID *uuid.UUID, args list.Args, text string, in *model.UserWhereInput) (*model.UserConnection, error) {
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
	cursors := search.NewCursors(r.Sealer, ownerID(directoryID).String(), v.CompanyID.String(), text)
	at := search.Position{}
	if args.After != nil {
		if at, err = cursors.Open(*args.After); err != nil {
			return nil, err
		}
	}
	page, next, err := s.Page(ctx, at, limit)
	if err != nil {
		return nil, err
	}
	c := &model.UserConnection{
		PageInfo: &model.PageInfo{HasNextPage: next != nil, HasPreviousPage: args.After != nil},
		Total:    func(ctx context.Context) (int64, error) { return countHits(ctx, s) },
	}
	if c.Edges, err = r.searchEdges(ctx, s, page, cursors); err != nil {
		return nil, err
	}
	if len(c.Edges) > 0 {
		c.PageInfo.StartCursor = &c.Edges[0].Cursor
	}
	if next != nil {
		c.PageInfo.EndCursor = new(cursors.Seal(*next))
	} else if len(page) > 0 {
		c.PageInfo.EndCursor = new(cursors.Seal(page[len(page)-1].Position))
	}
	return c, nil
}

func (r *Reader) newSearch(ctx context.Context, directoryID *uuid.UUID, text string, in *model.UserWhereInput) (*search.Search, error) {
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
	users := func(ctx context.Context) *ent.UserQuery { return r.Tx.Client(ctx).User.Query().Where(narrow[0]) }
	return r.Index.Search(search.Scope{Company: scope.Company, Directory: scope.Directory}, wanted, users), nil
}

// searchEdges reads the whole of the people on a page, and tells where they were
// found.
func (r *Reader) searchEdges(ctx context.Context, s *search.Search, page []search.Hit, cursors search.Cursors) ([]model.UserEdge, error) {
	users, err := s.Users(ctx, page)
	if err != nil {
		return nil, err
	}
	edges := make([]model.UserEdge, 0, len(page))
	nodes := make([]*ent.User, 0, len(page))
	for _, hit := range page {
		u := users[hit.User.ID]
		if u == nil {
			continue // deleted meanwhile
		}
		attributes, score := attribute.Users.Of(u), hit.Score()
		nodes = append(nodes, u)
		edges = append(edges, model.UserEdge{
			Node: u, Cursor: cursors.Seal(hit.Position), Score: &score, Highlights: s.Highlights(hit, &attributes),
		})
	}
	r.Tables.Users.Prime(ctx, nodes)
	return edges, nil
}

// maxCountedHits is how far the people that a search finds are counted.
const maxCountedHits = 1000

// countHits tells how many people a search finds, as far as they are counted.
func countHits(ctx context.Context, s *search.Search) (int64, error) {
	page, _, err := s.Page(ctx, search.Position{}, maxCountedHits)
	return int64(len(page)), err
}
