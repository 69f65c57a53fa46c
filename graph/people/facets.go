package people

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/predicate"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/load"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/graph/query"
	"github.com/feddir/feddir/graph/search"
)

const (
	// maxFaceted is how many people of a list are counted. No index has these
	// attributes, which may be too long for one.
	maxFaceted  = 10_000
	facetValues = 20 // how many values of a facet are told
)

// faceted is what is read of each person to count.
type faceted struct {
	DirectoryID                 uuid.UUID `json:"directory_id"`
	Active                      bool      `json:"active"`
	Department, Title, Division *string
}

// Facets counts the people of a list or search by what they can be narrowed by.
func (r *Reader) Facets(ctx context.Context, directoryID *uuid.UUID, text *string, in *model.UserWhereInput) (*model.UserFacets, error) {
	read := r.facetedOfList
	if !blank(text) {
		read = func(ctx context.Context, directoryID *uuid.UUID, in *model.UserWhereInput) ([]faceted, bool, error) {
			return r.facetedOfSearch(ctx, directoryID, *text, in)
		}
	}
	people, complete, err := read(ctx, directoryID, in)
	if err != nil {
		return nil, err
	}
	f := &model.UserFacets{
		Counted: len(people), Complete: complete,
		Departments: facetOf(people, func(p faceted) *string { return p.Department }),
		Titles:      facetOf(people, func(p faceted) *string { return p.Title }),
		Divisions:   facetOf(people, func(p faceted) *string { return p.Division }),
	}
	inDirectory := make(map[uuid.UUID]int)
	for _, p := range people {
		inDirectory[p.DirectoryID]++
		if p.Active {
			f.Active++
		}
	}
	f.Directories, err = r.directoryFacet(ctx, inDirectory)
	return f, err
}

// facetedOfList reads people of a list, the oldest first, and tells whether they
// are all.
func (r *Reader) facetedOfList(ctx context.Context, directoryID *uuid.UUID, in *model.UserWhereInput) ([]faceted, bool, error) {
	expr, err := query.FromUserWhere(in)
	if err != nil {
		return nil, false, err
	}
	v, _ := viewer.FromContext(ctx)
	narrow, err := filtered(r, directoryID, expr, query.Users, visible)(load.Owner{Company: v.CompanyID, Directory: ownerID(directoryID)})
	if err != nil {
		return nil, false, err
	}
	people, err := r.readFaceted(ctx, maxFaceted+1, narrow[0])
	return people[:min(len(people), maxFaceted)], len(people) <= maxFaceted, err
}

// facetedOfSearch reads the people that a search finds, as far as they are
// counted, and tells whether they are all.
func (r *Reader) facetedOfSearch(ctx context.Context, directoryID *uuid.UUID, text string, in *model.UserWhereInput) ([]faceted, bool, error) {
	s, err := r.newSearch(ctx, directoryID, text, in)
	if err != nil {
		return nil, false, err
	}
	page, next, err := s.Page(ctx, search.Position{}, maxCountedHits)
	if len(page) == 0 || err != nil {
		return nil, next == nil, err
	}
	ids := make([]uuid.UUID, len(page))
	for i, hit := range page {
		ids[i] = hit.User.ID
	}
	v, _ := viewer.FromContext(ctx)
	people, err := r.readFaceted(ctx, len(ids), list.OwnedBy(load.Owner{Company: v.CompanyID, Directory: ownerID(directoryID)}), user.IDIn(ids...))
	return people, next == nil, err
}

func (r *Reader) readFaceted(ctx context.Context, limit int, where ...predicate.User) (people []faceted, err error) {
	err = r.Tx.Client(ctx).User.Query().Where(where...).Order(user.ByID()).Limit(limit).
		Select(user.FieldDirectoryID, user.FieldActive, user.FieldDepartment, user.FieldTitle, user.FieldDivision).Scan(ctx, &people)
	return people, err
}

// facetOf counts people by the value of an attribute.
func facetOf(people []faceted, of func(faceted) *string) *model.Facet {
	f := &model.Facet{Values: []model.FacetValue{}}
	at := make(map[string]int)
	for _, p := range people {
		value := of(p)
		if value == nil || *value == "" {
			f.Without++
			continue
		}
		key := schematype.Fold(*value)
		i, known := at[key]
		if !known {
			i = len(f.Values)
			at[key] = i
			f.Values = append(f.Values, model.FacetValue{Value: *value})
		}
		f.Values[i].Count++
	}
	slices.SortStableFunc(f.Values, func(a, b model.FacetValue) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	for _, v := range f.Values[min(len(f.Values), facetValues):] {
		f.Others += v.Count
	}
	f.Values = f.Values[:min(len(f.Values), facetValues)]
	return f
}

// directoryFacet names the directories with the most people.
func (r *Reader) directoryFacet(ctx context.Context, people map[uuid.UUID]int) ([]model.DirectoryFacet, error) {
	ids := make([]uuid.UUID, 0, len(people))
	for id := range people {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int {
		return cmp.Or(cmp.Compare(people[b], people[a]), cmp.Compare(a.String(), b.String()))
	})
	ids = ids[:min(len(ids), facetValues)]
	rows, err := r.Tx.Client(ctx).Directory.Query().Where(directory.IDIn(ids...)).All(ctx)
	slices.SortFunc(rows, func(a, b *ent.Directory) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	facets := make([]model.DirectoryFacet, len(rows))
	for i, d := range rows {
		facets[i] = model.DirectoryFacet{Directory: d, Count: people[d.ID]}
	}
	return facets, err
}
