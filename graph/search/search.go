package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/schematype"
)

// What a page of a search looks at, at most: so many terms at a time, and so
// many times. Where that is not enough the page is short and the next goes on.
const (
	segmentTerms = 500
	maxSegments  = 3
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

// Position is how far a search has come. People come in segments of the
// index of terms, exact beginnings before typos, and ranked within a segment.
// The segment's bounds and the word it is of are part of the place: so others
// may be added or leave meanwhile, and still nobody is missed or comes twice.
type Position struct {
	Typos bool   `json:"y,omitempty"`
	Word  *int   `json:"w,omitempty"` // the word whose terms are gone through; nil where it is to be chosen
	After entry  `json:"a"`           // the segment begins behind this
	Until *entry `json:"b,omitempty"` // and ends with this; nil where that is not known, or it is the last
	Shown *rank  `json:"r,omitempty"` // the last one shown of it
}

// Hit is somebody a search has found.
type Hit struct {
	User     *ent.User // only the columns that people are scored by
	Position Position  // that of the segment, and this one shown
	rank     rank
}

// Score is how well somebody fits, from 0 to 1.
func (h Hit) Score() float64 { return float64(h.rank.Score) / 1000 }

// Search is one search.
type Search struct {
	terms        terms
	query        Query
	typos        *Query // once it was needed
	attributesOf func(*ent.User) schematype.UserAttributes
	users        func(context.Context) *ent.UserQuery

	near map[int][]interval // of words, once they were looked up
}

// Search returns a search in a scope; users are those that the viewer asks for
// and may see.
func (x *Index) Search(scope Scope, q Query, users func(context.Context) *ent.UserQuery) *Search {
	return &Search{terms: terms{scope, x.db}, query: q, attributesOf: x.attributesOf, users: users, near: make(map[int][]interval)}
}

func (s *Search) words(typos bool) Query {
	if !typos {
		return s.query
	}
	if s.typos == nil {
		q := s.query.WithTypos()
		s.typos = &q
	}
	return *s.typos
}

// Page returns the next people behind a place, at most limit, and the place
// behind which others may follow; nil where nobody does.
func (s *Search) Page(ctx context.Context, at Position, limit int) (page []Hit, next *Position, err error) {
	if len(s.query.Words) == 0 {
		return nil, nil, nil
	}
	for range maxSegments {
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
			f.Position = at
			f.Position.Shown = &f.rank
			page = append(page, f)
			at = f.Position
		}
		switch {
		case at.Until != nil:
			at = Position{Typos: at.Typos, Word: at.Word, After: *at.Until}
		case !at.Typos && s.words(true).HasTypos():
			at = Position{Typos: true}
		default:
			return page, nil, nil
		}
	}
	return page, &at, nil
}

// segment reads the people of a segment, ranked, and makes known where it ends.
func (s *Search) segment(ctx context.Context, at *Position) ([]Hit, error) {
	intervals, err := s.intervals(ctx, at)
	if err != nil {
		return nil, err
	}
	most := segmentTerms
	if at.Until != nil {
		most *= 4 // it had so many; others may have come
	}
	entries, err := s.terms.candidates(ctx, intervals, at.After, at.Until, most)
	if err != nil {
		return nil, err
	}
	users, err := s.people(ctx, entries)
	if err != nil {
		return nil, err
	}
	if at.Until == nil && len(entries) == most {
		at.Until = &entries[most-1]
	}
	query := s.words(at.Typos)
	var ranked []Hit
	for _, e := range entries {
		u := users[e.User]
		if u == nil {
			continue
		}
		attributes := s.attributesOf(u)
		person := NewPerson(&attributes)
		first, typo, ok := query.Words[*at.Word].First(person)
		if !ok || tier(first.Kind, typo) != e.Tier || first.Text != e.Term {
			continue // it has another place, or the index is yet to follow a change
		}
		fit, ok := query.Fit(person)
		if !ok || fit.Near != at.Typos {
			continue
		}
		ranked = append(ranked, Hit{User: u, rank: rank{int(fit.Score * 1000), cutName(u.SortName), u.ID}})
	}
	slices.SortFunc(ranked, func(a, b Hit) int { return a.rank.compare(b.rank) })
	return ranked, nil
}

// cutName is what of a name a cursor holds.
func cutName(name string) string { return strings.ToValidUTF8(name[:min(len(name), 64)], "") }

// intervals returns the terms to go through, of the word that the fewest have.
func (s *Search) intervals(ctx context.Context, at *Position) ([]interval, error) {
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
	fewest, err := s.terms.fewest(ctx, sets)
	at.Word = &candidates[fewest]
	return sets[fewest], err
}

// typosOf looks up the typos of words once.
func (s *Search) typosOf(ctx context.Context, words []int) ([][]interval, error) {
	var unknown []Word
	for _, n := range words {
		if _, ok := s.near[n]; !ok {
			unknown = append(unknown, s.words(true).Words[n])
		}
	}
	found, err := s.terms.typos(ctx, unknown)
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

// scoredColumns are the columns that people are scored by.
var scoredColumns = []string{
	user.FieldID, user.FieldDirectoryID, user.FieldCompanyID, user.FieldUserName, user.FieldName, user.FieldDisplayName, user.FieldNickName,
	user.FieldTitle, user.FieldDepartment, user.FieldEmails, user.FieldPhoneNumbers, user.FieldSortName,
}

// people reads those of the users that the viewer asks for and may see.
func (s *Search) people(ctx context.Context, entries []entry) (map[uuid.UUID]*ent.User, error) {
	ids := make([]uuid.UUID, len(entries))
	for i, at := range entries {
		ids[i] = at.User
	}
	q := s.users(ctx)
	q.Select(scoredColumns...)
	return s.usersIn(ctx, q, ids)
}

func (s *Search) usersIn(ctx context.Context, q *ent.UserQuery, ids []uuid.UUID) (map[uuid.UUID]*ent.User, error) {
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

// Users reads the whole of the people on a page, by their ids. Who is gone
// meanwhile is missing.
func (s *Search) Users(ctx context.Context, page []Hit) (map[uuid.UUID]*ent.User, error) {
	ids := make([]uuid.UUID, len(page))
	for i, h := range page {
		ids[i] = h.User.ID
	}
	return s.usersIn(ctx, s.users(ctx), ids)
}

// Highlights returns where a hit was found in the attributes of its user.
func (s *Search) Highlights(h Hit, a *schematype.UserAttributes) []Highlight {
	return s.words(h.Position.Typos).Highlights(a)
}
