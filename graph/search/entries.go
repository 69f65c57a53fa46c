package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb"
	"github.com/feddir/feddir/ent/generated/uservalue"
)

// termAttributes are what rows of user_values the terms of a kind are: the
// first are written for searches, what follows is there for filters anyway.
var termAttributes = [][]uservalue.Attribute{
	Name:  {uservalue.AttributeNAME_WORDS},
	Login: {uservalue.AttributeUSER_NAME, uservalue.AttributeEMAILS},
	Work:  {uservalue.AttributeWORK_WORDS},
	Phone: {uservalue.AttributePHONE_DIGITS},
}

// entry is a term of a user, and where it stands for a search: terms with a typo behind
// those as they were written, each in the order of their kinds.
type entry struct {
	Tier int       `json:"k"`
	Term string    `json:"t"`
	User uuid.UUID `json:"u"`
}

func tier(k Kind, typo bool) int {
	if typo {
		return len(termAttributes) + int(k)
	}
	return int(k)
}

func (a entry) compare(b entry) int {
	return cmp.Or(a.Tier-b.Tier, strings.Compare(a.Term, b.Term), slices.Compare(a.User[:], b.User[:]))
}

// interval is a range of terms that a search goes through.
type interval struct {
	Range
	typo bool
}

// Scope is whose people are searched: those of a directory, or of a company
// where it is zero, or both.
type Scope struct{ Company, Directory uuid.UUID }

// terms reads the terms of a scope.
type terms struct {
	Scope
	db *entdb.DB
}

// statement is SQL in the making.
type statement struct {
	text strings.Builder
	args []any
}

func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

// bound writes whose terms are looked at, and of which attribute.
func (t terms) bound(s *statement, attribute uservalue.Attribute) {
	if t.Directory != uuid.Nil {
		s.text.WriteString("directory_id = " + s.arg(t.Directory) + " AND ")
	}
	if t.Company != uuid.Nil {
		s.text.WriteString("company_id = " + s.arg(t.Company) + " AND ")
	}
	s.text.WriteString("attribute = " + s.arg(string(attribute)) + " AND ")
}

// candidates returns the first entries of the intervals behind after, in order,
// up to and with the last where it is given.
func (t terms) candidates(ctx context.Context, intervals []interval, after entry, last *entry, most int) ([]entry, error) {
	var s statement
	for _, i := range intervals {
		at := tier(i.Kind, i.typo)
		if at < after.Tier || at == after.Tier && i.Before <= after.Term || last != nil && (at > last.Tier || at == last.Tier && i.From > last.Term) {
			continue
		}
		for _, attribute := range termAttributes[i.Kind] {
			if s.text.Len() > 0 {
				s.text.WriteString(" UNION ALL ")
			}
			fmt.Fprintf(&s.text, "SELECT %d AS tier, value_key, user_id FROM (SELECT value_key, user_id FROM user_values WHERE ", at)
			t.bound(&s, attribute)
			if at == after.Tier && after.Term >= i.From {
				s.text.WriteString("(value_key, user_id) > (" + s.arg(after.Term) + ", " + s.arg(after.User) + ")")
			} else {
				s.text.WriteString("value_key >= " + s.arg(i.From))
			}
			s.text.WriteString(" AND value_key < " + s.arg(i.Before))
			if last != nil && at == last.Tier {
				s.text.WriteString(" AND (value_key, user_id) <= (" + s.arg(last.Term) + ", " + s.arg(last.User) + ")")
			}
			fmt.Fprintf(&s.text, " ORDER BY value_key, user_id LIMIT %d) AS r%d", most, len(s.args))
		}
	}
	var found []entry
	err := t.query(ctx, &s, func(scan func(...any) error) error {
		var at entry
		err := scan(&at.Tier, &at.Term, &at.User)
		found = append(found, at)
		return err
	})
	slices.SortFunc(found, entry.compare)
	found = slices.Compact(found) // intervals may overlap
	return found[:min(len(found), most)], err
}

// countedTerms is how far terms are counted to tell which words few people have.
const countedTerms = 200

// fewest returns which of several sets of intervals has the fewest terms, of
// those it counts.
func (t terms) fewest(ctx context.Context, sets [][]interval) (best int, err error) {
	if len(sets) < 2 {
		return 0, nil
	}
	var s statement
	for n, intervals := range sets {
		for _, i := range intervals {
			for _, attribute := range termAttributes[i.Kind] {
				if s.text.Len() > 0 {
					s.text.WriteString(" UNION ALL ")
				}
				fmt.Fprintf(&s.text, "SELECT %d AS word, COUNT(*) AS n FROM (SELECT 1 FROM user_values WHERE ", n)
				t.bound(&s, attribute)
				s.text.WriteString("value_key >= " + s.arg(i.From) + " AND value_key < " + s.arg(i.Before))
				fmt.Fprintf(&s.text, " LIMIT %d) AS r%d", countedTerms, len(s.args))
			}
		}
	}
	counts := make([]int, len(sets))
	err = t.query(ctx, &s, func(scan func(...any) error) error {
		var word, n int
		err := scan(&word, &n)
		counts[word] += n
		return err
	})
	for n, count := range counts {
		if count < counts[best] {
			best = n
		}
	}
	return best, err
}

func (t terms) query(ctx context.Context, s *statement, row func(scan func(...any) error) error) error {
	if s.text.Len() == 0 {
		return nil
	}
	rows, err := t.db.Client(ctx).QueryContext(ctx, s.text.String(), s.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
