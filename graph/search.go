package graph

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/graph/search"
)

// What a page of a search looks at, at most: so many terms at a time, and so
// many times. Where that is not enough the page is short and the next goes on.
const (
	searchSegment  = 500
	searchSegments = 3
)

// rank orders the people of a segment: the best first, then by name.
type rank struct {
	Score int       `json:"s"` // in thousandths
	Name  string    `json:"n"` // the beginning of the name that lists are ordered by
	ID    uuid.UUID `json:"i"`
}

func (a rank) compare(b rank) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:]))
}

// searchPlace is how far a search has come. People come in segments of the
// index of terms, exact beginnings before typos, and ranked within a segment.
// The segment's bounds and the word it is of are part of the place: so others
// may be added or leave meanwhile, and still nobody is missed or comes twice.
type searchPlace struct {
	Typos bool  `json:"y,omitempty"`
	Word  *int  `json:"w,omitempty"` // the word whose terms are gone through; nil where it is to be chosen
	After spot  `json:"a"`           // the segment begins behind this
	Until *spot `json:"b,omitempty"` // and ends with this; nil where that is not known, or it is the last
	Shown *rank `json:"r,omitempty"` // the last one shown of it
}

// found is somebody a search has found.
type found struct {
	user  *ent.User
	rank  rank
	place searchPlace // that of the segment, and this one shown
}

// peopleSearch is one search.
type peopleSearch struct {
	r      *Resolver
	index  termIndex
	query  search.Query
	typos  *search.Query // once it was needed
	narrow func(*ent.UserQuery) *ent.UserQuery

	near map[int][]interval // of words, once they were looked up
}

func (s *peopleSearch) words(typos bool) search.Query {
	if !typos {
		return s.query
	}
	if s.typos == nil {
		q := s.query.WithTypos()
		s.typos = &q
	}
	return *s.typos
}

// page returns the next people behind a place, at most limit, and the place
// behind which others may follow; nil where nobody does.
func (s *peopleSearch) page(ctx context.Context, at searchPlace, limit int) (page []found, next *searchPlace, err error) {
	if len(s.query.Words) == 0 {
		return nil, nil, nil
	}
	for range searchSegments {
		ranked, err := s.segment(ctx, &at)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range ranked {
			if at.Shown != nil && f.rank.compare(*at.Shown) <= 0 {
				continue
			}
			if len(page) == limit {
				return page, &at, nil
			}
			f.place = at
			f.place.Shown = &f.rank
			page = append(page, f)
			at = f.place
		}
		switch {
		case at.Until != nil:
			at = searchPlace{Typos: at.Typos, Word: at.Word, After: *at.Until}
		case !at.Typos && s.words(true).HasTypos():
			at = searchPlace{Typos: true}
		default:
			return page, nil, nil
		}
	}
	return page, &at, nil
}

// segment reads the people of a segment, ranked, and makes known where it ends.
func (s *peopleSearch) segment(ctx context.Context, at *searchPlace) ([]found, error) {
	intervals, err := s.intervals(ctx, at)
	if err != nil {
		return nil, err
	}
	most := searchSegment
	if at.Until != nil {
		most *= 4 // it had so many; others may have come
	}
	spots, err := s.index.candidates(ctx, intervals, at.After, at.Until, most)
	if err != nil {
		return nil, err
	}
	users, err := s.people(ctx, spots)
	if err != nil {
		return nil, err
	}
	if at.Until == nil && len(spots) == most {
		at.Until = &spots[most-1]
	}
	query := s.words(at.Typos)
	var ranked []found
	for _, spot := range spots {
		u := users[spot.User]
		if u == nil {
			continue
		}
		attributes := AttributesOf(u)
		person := search.NewPerson(&attributes)
		first, typo, ok := query.Words[*at.Word].First(person)
		if !ok || tier(first.Kind, typo) != spot.Tier || first.Text != spot.Term {
			continue // it has another place, or the index is yet to follow a change
		}
		fit, ok := query.Fit(person)
		if !ok || fit.Near != at.Typos {
			continue
		}
		ranked = append(ranked, found{user: u, rank: rank{int(fit.Score * 1000), beginning(u.SortName), u.ID}})
	}
	slices.SortFunc(ranked, func(a, b found) int { return a.rank.compare(b.rank) })
	return ranked, nil
}

// beginning is what of a name a cursor holds.
func beginning(name string) string { return strings.ToValidUTF8(name[:min(len(name), 64)], "") }

// intervals returns the terms to go through, of the word that the fewest have.
func (s *peopleSearch) intervals(ctx context.Context, at *searchPlace) ([]interval, error) {
	words := s.words(at.Typos).Words
	var candidates []int
	switch {
	case at.Word != nil && *at.Word >= 0 && *at.Word < len(words):
		candidates = []int{*at.Word}
	case at.Typos:
		candidates = probed(words)
	default:
		for n := range words {
			candidates = append(candidates, n)
		}
	}
	sets := make([][]interval, len(candidates))
	if at.Typos {
		near, err := s.typosOf(ctx, candidates)
		if err != nil {
			return nil, err
		}
		copy(sets, near)
	}
	for i, n := range candidates {
		if at.Typos && len(words) == 1 {
			break // who has the word as it was written has been shown
		}
		for _, r := range words[n].Ranges() {
			sets[i] = append(sets[i], interval{Range: r})
		}
	}
	fewest, err := s.index.fewest(ctx, sets)
	at.Word = &candidates[fewest]
	return sets[fewest], err
}

// typosOf looks up the typos of words once.
func (s *peopleSearch) typosOf(ctx context.Context, words []int) ([][]interval, error) {
	var unknown []search.Word
	for _, n := range words {
		if _, ok := s.near[n]; !ok {
			unknown = append(unknown, s.words(true).Words[n])
		}
	}
	found, err := s.index.typos(ctx, unknown)
	if err != nil {
		return nil, err
	}
	sets := make([][]interval, len(words))
	for i, n := range words {
		if _, ok := s.near[n]; !ok {
			s.near[n], found = found[0], found[1:]
		}
		sets[i] = s.near[n]
	}
	return sets, nil
}

// judged are the columns that people are judged by.
var judged = []string{
	user.FieldID, user.FieldDirectoryID, user.FieldCompanyID, user.FieldUserName, user.FieldName, user.FieldDisplayName, user.FieldNickName,
	user.FieldTitle, user.FieldDepartment, user.FieldEmails, user.FieldPhoneNumbers, user.FieldSortName,
}

// people reads those of the users that the viewer asks for and may see.
func (s *peopleSearch) people(ctx context.Context, spots []spot) (map[uuid.UUID]*ent.User, error) {
	ids := make([]uuid.UUID, len(spots))
	for i, at := range spots {
		ids[i] = at.User
	}
	q := s.narrow(s.r.client(ctx).User.Query())
	q.Select(judged...)
	return s.usersIn(ctx, q, ids)
}

func (s *peopleSearch) usersIn(ctx context.Context, q *ent.UserQuery, ids []uuid.UUID) (map[uuid.UUID]*ent.User, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	for n := len(ids); n&(n-1) != 0; n++ { // few texts of statements, whatever was found
		ids = append(ids, ids[0])
	}
	rows, err := q.Where(user.IDIn(ids...)).All(ctx)
	users := make(map[uuid.UUID]*ent.User, len(rows))
	for _, u := range rows {
		users[u.ID] = u
	}
	return users, err
}
