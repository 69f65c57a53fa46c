package simulate

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxProbedPages bounds how many pages are read by their cursors.
const maxProbedPages = 30

// sorted reads people in the order of their user names, both ways.
func (j *job) sorted(ctx context.Context) error {
	for _, order := range []string{"", "&sortOrder=descending"} {
		a, err := j.client.do(ctx, request{kind: "sorted list", method: "GET", path: userType.endpoint,
			query: "sortBy=userName&count=100&attributes=userName" + order, allow: []int{200}})
		if err != nil {
			return err
		}
		people, _ := a.list()
		last := ""
		for _, p := range people {
			name, _ := p["userName"].(string)
			key := firstWord(name)
			if last != "" && key != "" && (order == "" && key < last || order != "" && key > last) {
				a.wrong("%q and %q are not in the requested order", last, key)
				break
			}
			last = key
		}
	}
	return nil
}

// firstWord returns the ASCII letters that a name begins with, in lower case: all ways to sort agree on these.
func firstWord(name string) string {
	end := strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) })
	if end < 0 {
		end = len(name)
	}
	return strings.ToLower(name[:end])
}

// cursors reads people page by page with cursors (RFC 9865 §2), goes back a page, and sends an invalid cursor.
func (j *job) cursors(ctx context.Context) error {
	size := pageSize
	if most := j.features.maxPageSize; most > 0 {
		size = min(size, most)
	}
	seen := map[string]bool{}
	var pages [][]string
	next, whole := "", false
	for len(pages) < maxProbedPages && !whole {
		a, ids, err := j.cursorPage(ctx, next, size)
		if err != nil || !a.ok {
			return err
		}
		for _, id := range ids {
			if seen[id] {
				a.wrong("%s is on two pages", id)
			}
			seen[id] = true
		}
		pages = append(pages, ids)
		next, _ = a.body["nextCursor"].(string)
		if whole = next == ""; whole && a.body["totalResults"] != float64(len(seen)) && a.body["totalResults"] != nil {
			a.wrong("the pages have %s, but totalResults is %s", count(len(seen), "resource"), compact(a.body["totalResults"]))
		}
		if err := j.pageBefore(ctx, &a, pages, size); err != nil {
			return err
		}
	}
	a, err := j.client.do(ctx, request{kind: "negative test", method: "GET", path: userType.endpoint, query: "cursor=no-cursor-of-yours", allow: []int{400}})
	a.scimType("invalidCursor")
	return err
}

func (j *job) cursorPage(ctx context.Context, cursor string, size int) (answer, []string, error) {
	a, err := j.client.do(ctx, request{kind: "page by cursor", method: "GET", path: userType.endpoint,
		query: "cursor=" + url.QueryEscape(cursor) + "&count=" + strconv.Itoa(size), allow: []int{200}})
	if err != nil {
		return a, nil, err
	}
	people, _ := a.list()
	if len(people) > size {
		a.wrong("%d resources in a page of %d", len(people), size)
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i], _ = p["id"].(string)
	}
	return a, ids, nil
}

// pageBefore goes back from the second page to the first, if the target gives a cursor for that.
func (j *job) pageBefore(ctx context.Context, a *answer, pages [][]string, size int) error {
	previous, _ := a.body["previousCursor"].(string)
	if len(pages) != 2 || previous == "" {
		return nil
	}
	back, ids, err := j.cursorPage(ctx, previous, size)
	if err == nil && back.ok && !slices.Equal(ids, pages[0]) {
		back.wrong("the page before the second is not the first")
	}
	return err
}
