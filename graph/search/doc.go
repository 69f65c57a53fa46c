// Package search says what people are found by: which terms of a user an index
// holds, which of them a query looks for, how well a user fits, and where.
//
// The terms are rows of an ordinary table with
// an ordinary index, led by the directory or the company, on every database:
//
//   - A word is looked for as a range of that index, so the first page costs
//     the same in a directory of a thousand and of a million, and what other
//     directories hold does not matter. Full-text and trigram indexes collect
//     all matches before they order the first, those of other companies too.
//   - A typo costs a look-up for each word that is one edit away: some hundred
//     probes of the same index, however many people there are. Similarity of
//     trigrams finds candidates in proportion to the number of people, and
//     misses many one-letter typos at any threshold that is affordable.
//   - Both databases find the same people in the same order, whatever
//     extensions they have, and the keys of the rows keep companies apart.
//
// In reading order: query.go, term.go and token.go make terms of queries and of
// users, fold.go, phone.go and near.go say which are alike, match.go how well
// somebody fits and highlight.go where; all that is text and no database.
// index.go has the table of terms, values.go writes it, catchup.go keeps it up,
// entries.go and typos.go read it, and search.go makes pages of it, and
// cursor.go the texts that clients carry from one to the next. Errors are those
// of the database; [Cursors.Open] fails with apierror.Invalid.
package search
