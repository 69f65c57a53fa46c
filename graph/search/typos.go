package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"entgo.io/ent/dialect"
)

// maxTypos is how many of the terms one typo away from a word are looked at.
const maxTypos = 32

// maxProbed is of how many words typos are looked up. Everybody who is to be
// found has a term for each word, so those of one word lead to all.
const maxProbed = 2

// probed returns the longest words, which few people have.
func probed(words []Word) []int {
	longest := make([]int, len(words))
	for n := range words {
		longest[n] = n
	}
	slices.SortStableFunc(longest, func(a, b int) int { return len(words[b].Spelling()) - len(words[a].Spelling()) })
	return longest[:min(len(longest), maxProbed)]
}

// typos returns for each word the intervals of the terms that are one typo
// away from it and that somebody has. All words are one statement.
func (t terms) typos(ctx context.Context, words []Word) ([][]interval, error) {
	found := make([][]interval, len(words))
	var pairs [2][][2]any // of names and of work: from and before
	var owners [2][]int   // the word of each
	var ranges [2][]Range
	for n, w := range words {
		for _, r := range w.NearRanges() {
			side := 0
			if r.Kind == Work {
				side = 1
			}
			pairs[side] = append(pairs[side], [2]any{r.From, r.Before})
			owners[side], ranges[side] = append(owners[side], n), append(ranges[side], r)
		}
	}
	var s statement
	for side, kind := range []Kind{Name, Work} {
		if len(pairs[side]) == 0 {
			continue
		}
		list, err := json.Marshal(pairs[side])
		if err != nil {
			return nil, err
		}
		if s.text.Len() > 0 {
			s.text.WriteString(" UNION ALL ")
		}
		each := "json_each(" + s.arg(string(list)) + ") AS p"
		key := "p.key + 1"
		if t.db.Dialect() == dialect.Postgres {
			each = "json_array_elements(CAST(" + fmt.Sprintf("$%d", len(s.args)) + " AS json)) WITH ORDINALITY AS p(value, key)"
			key = "p.key"
		}
		fmt.Fprintf(&s.text, "SELECT %d AS side, %s AS place FROM %s WHERE (SELECT 1 FROM user_values WHERE ", side, key, each)
		t.bound(&s, termAttributes[kind][0])
		// Not EXISTS: PostgreSQL would make it a join, and without statistics
		// one that compares each range with each term.
		s.text.WriteString("value_key >= (p.value ->> 0) AND value_key < (p.value ->> 1) LIMIT 1) = 1")
	}
	err := t.query(ctx, &s, func(scan func(...any) error) error {
		var side, place int
		if err := scan(&side, &place); err != nil {
			return err
		}
		n, r := owners[side][place-1], ranges[side][place-1]
		if len(found[n]) < maxTypos {
			found[n] = append(found[n], interval{r, true})
		}
		return nil
	})
	return found, err
}
