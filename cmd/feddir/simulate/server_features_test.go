package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxBulk is how many operations the server takes at a time.
const maxBulk = 6

func (s *server) config() map[string]any {
	yes := map[string]any{"supported": s.fault != "claims nothing"}
	return map[string]any{
		"patch": map[string]any{"supported": true}, "filter": map[string]any{"supported": true}, "sort": yes, "etag": yes,
		"bulk":       map[string]any{"supported": s.fault != "claims nothing", "maxOperations": maxBulk},
		"pagination": map[string]any{"cursor": s.fault != "claims nothing", "maxPageSize": 40},
	}
}

// post answers what is not a creation.
func (s *server) post(r *http.Request, endpoint, id string) (map[string]any, bool) {
	switch {
	case endpoint == "Bulk":
		return s.bulk(r, decode(r)), true
	case endpoint == ".search" || id == ".search":
		if s.fault == "claims nothing" {
			panic(refusal{status: 501})
		}
		body := decode(r)
		query := url.Values{"filter": {body["filter"].(string)}}
		if s.fault != "returns all attributes of a search" {
			query.Set("attributes", strings.Join(texts(body["attributes"]), ","))
		}
		return s.search(query, "Users"), true
	}
	return nil, false
}

// order sorts rows as a list was asked for.
func (s *server) order(rows []map[string]any, query url.Values) {
	if query.Get("sortBy") == "" {
		return
	}
	slices.SortStableFunc(rows, func(a, b map[string]any) int {
		c := strings.Compare(strings.ToLower(a["userName"].(string)), strings.ToLower(b["userName"].(string)))
		if query.Get("sortOrder") == "descending" && s.fault != "sorts one way only" {
			c = -c
		}
		return c
	})
}

// cursorPage is a page of rows whose cursor is the place of its first one.
func (s *server) cursorPage(rows []map[string]any, query url.Values) map[string]any {
	start, err := strconv.Atoi(query.Get("cursor"))
	if query.Get("cursor") != "" && err != nil && s.fault != "takes any cursor" {
		panic(refusal{400, "invalidCursor"})
	}
	size, _ := strconv.Atoi(query.Get("count"))
	end := min(start+size, len(rows))
	page := s.list(rows[start:end], 1, size)
	page["totalResults"] = len(rows)
	if end < len(rows) {
		page["nextCursor"] = strconv.Itoa(end)
		if s.fault == "repeats a row on the next page" {
			page["nextCursor"] = strconv.Itoa(end - 1)
		}
		if s.fault == "loses the last page" && end+size >= len(rows) {
			delete(page, "nextCursor")
		}
	}
	if start > 0 {
		page["previousCursor"] = strconv.Itoa(max(start-size, 0))
		if s.fault == "goes back to the same page" {
			page["previousCursor"] = strconv.Itoa(start)
		}
	}
	return page
}

// version is the ETag of a row.
func version(row map[string]any) string {
	meta, _ := row["meta"].(map[string]any)
	v, _ := meta["version"].(string)
	return v
}

// bump gives a row that was changed its next version.
func (s *server) bump(row map[string]any) {
	s.versions++
	if meta, ok := row["meta"].(map[string]any); ok && s.fault != "keeps the version" {
		meta["version"] = fmt.Sprintf(`W/"%d"`, s.versions)
	}
}

// conditions obeys If-Match and If-None-Match.
func (s *server) conditions(r *http.Request, row map[string]any) {
	if given := r.Header.Get("If-None-Match"); given != "" && given == version(row) && s.fault != "never says that nothing changed" {
		panic(refusal{status: 304})
	}
	if given := r.Header.Get("If-Match"); given != "" && given != version(row) && s.fault != "ignores If-Match" {
		panic(refusal{status: 412})
	}
}

// bulk carries out the operations that make something before those that name it.
func (s *server) bulk(r *http.Request, body map[string]any) map[string]any {
	operations := elements(body["Operations"])
	if len(operations) > maxBulk && s.fault != "takes any number of operations" {
		panic(refusal{status: 413})
	}
	order := make([]int, len(operations))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return references(operations[a]) - references(operations[b]) })
	results := make([]map[string]any, len(operations))
	ids := map[string]string{}
	failed := false
	for _, i := range order {
		if failed && s.fault != "goes on after a mistake" {
			break
		}
		results[i] = s.bulkOperation(r, operations[i], ids)
		failed = failed || results[i]["status"].(string) >= "400" && body["failOnErrors"] == 1.0
	}
	return map[string]any{"Operations": slices.DeleteFunc(results, func(r map[string]any) bool { return r == nil })}
}

func references(operation map[string]any) int {
	text, _ := json.Marshal(operation)
	return strings.Count(string(text), "bulkId:")
}

func (s *server) bulkOperation(r *http.Request, operation map[string]any, ids map[string]string) map[string]any {
	text, err := json.Marshal(operation)
	if err != nil {
		panic(err)
	}
	for name, id := range ids {
		if s.fault != "does not know what a bulkId names" {
			text = bytes.ReplaceAll(text, []byte("bulkId:"+name), []byte(id))
		}
	}
	var o struct {
		Method, Path, BulkID string
		Data                 json.RawMessage
	}
	if err := json.Unmarshal(text, &o); err != nil {
		panic(err)
	}
	inner := httptest.NewRequestWithContext(r.Context(), o.Method, "/v2"+o.Path, bytes.NewReader(o.Data))
	endpoint, id, _ := strings.Cut(strings.TrimPrefix(o.Path, "/"), "/")
	result := map[string]any{"method": o.Method, "bulkId": o.BulkID}
	status, answer := func() (status int, answer map[string]any) {
		defer func() {
			if refused, ok := recover().(refusal); ok {
				status = refused.status
			}
		}()
		return s.route(inner, endpoint, id)
	}()
	result["status"] = strconv.Itoa(status)
	if meta, ok := answer["meta"].(map[string]any); ok {
		result["location"] = meta["location"]
	}
	if o.BulkID != "" && status == 201 {
		ids[o.BulkID] = answer["id"].(string)
	}
	if s.fault == "tells no location of what a bulk request made" {
		delete(result, "location")
	}
	return result
}
