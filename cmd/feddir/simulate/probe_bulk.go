package simulate

import (
	"context"
	"strconv"
	"strings"
)

// bulkOperation is an operation of a bulk request (RFC 7644 §3.7).
type bulkOperation struct {
	Method string `json:"method"`
	BulkID string `json:"bulkId,omitempty"`
	Path   string `json:"path"`
	Data   any    `json:"data,omitempty"`
}

// maxProbedOperations is the longest limit on bulk operations that is tried.
const maxProbedOperations = 2000

// bulk makes people and a group that refer to each other, changes them and deletes them again.
func (j *job) bulk(ctx context.Context) error {
	if most := j.features.maxOperations; most > 0 && most < 4 {
		j.report.note("bulk requests are not tested: the server allows %s in a request", count(most, "operation"))
		return nil
	}
	made, err := j.bulkCreate(ctx)
	if err != nil || len(made) == 0 {
		return err
	}
	if err := j.bulkStops(ctx, made[0]); err != nil {
		return err
	}
	var deletions []bulkOperation
	for _, path := range made {
		deletions = append(deletions, bulkOperation{Method: "DELETE", Path: path})
	}
	if _, err = j.sendBulk(ctx, 0, deletions, "204", "204", "204"); err != nil {
		return err
	}
	for _, path := range made {
		if _, err := j.client.do(ctx, request{kind: "confirm deletion", method: "GET", path: path, allow: []int{404}}); err != nil {
			return err
		}
	}
	return j.bulkTooLong(ctx)
}

// bulkCreate makes a group of two people, one of whom comes after it, and returns the paths of the three.
func (j *job) bulkCreate(ctx context.Context) (paths []string, err error) {
	person := func(n string) map[string]any {
		return map[string]any{"schemas": []string{userSchema}, "userName": "bulk." + n + "." + guid("bulk", n, j.opt.url)[:8] + "@" + j.opt.domain,
			"displayName": "Bulk " + n, "active": true}
	}
	group := map[string]any{"schemas": []string{groupSchema}, "displayName": "Bulk crew " + guid("bulk", j.opt.url)[:8],
		"members": []map[string]string{{"value": "bulkId:one"}, {"value": "bulkId:two"}}}
	a, err := j.sendBulk(ctx, 1, []bulkOperation{
		{Method: "POST", BulkID: "one", Path: "/Users", Data: person("one")},
		{Method: "POST", BulkID: "crew", Path: "/Groups", Data: group},
		{Method: "POST", BulkID: "two", Path: "/Users", Data: person("two")},
		{Method: "PATCH", Path: "/Users/bulkId:one", Data: patch([]operation{{"replace", "displayName", "Bulk, renamed"}})},
	}, "201", "201", "201", "200 or 204")
	if err != nil {
		return nil, err
	}
	ids := map[string]string{}
	for _, result := range elements(a.body["Operations"]) {
		location, _ := result["location"].(string)
		id := location[strings.LastIndexByte(location, '/')+1:]
		bulkID, _ := result["bulkId"].(string)
		for name, endpoint := range map[string]string{"one": "/Users", "two": "/Users", "crew": "/Groups"} {
			if bulkID == name && id != "" {
				ids[name] = id
				paths = append(paths, endpoint+"/"+id)
			}
		}
	}
	if !a.ok || len(paths) != 3 {
		if a.ok {
			a.wrong("%d of the three resources made have a location", len(paths))
		}
		return paths, nil
	}
	read, err := j.client.do(ctx, request{kind: "read group", method: "GET", path: "/Groups/" + ids["crew"], allow: []int{200}})
	if err == nil && read.ok {
		if members, _ := membersOf(read.body); len(members) != 2 || !members[ids["one"]] || !members[ids["two"]] {
			read.wrong("the members named by bulkId are not the people that were made")
		}
	}
	return paths, err
}

// bulkStops sends an invalid operation first: the operations after it must not be carried out.
func (j *job) bulkStops(ctx context.Context, path string) error {
	unknown := "/Users/00000000-0000-4000-8000-" + guid(j.opt.url)[24:]
	_, err := j.sendBulk(ctx, 1, []bulkOperation{{Method: "DELETE", Path: unknown}, {Method: "DELETE", Path: path}}, "404")
	if err != nil {
		return err
	}
	_, err = j.client.do(ctx, request{kind: "bulk", method: "GET", path: path, allow: []int{200}})
	return err
}

// bulkTooLong sends one operation more than the server allows.
func (j *job) bulkTooLong(ctx context.Context) error {
	most := j.features.maxOperations
	if most == 0 || most > maxProbedOperations {
		return nil
	}
	operations := make([]bulkOperation, most+1)
	for i := range operations {
		operations[i] = bulkOperation{Method: "DELETE", Path: "/Users/nobody"}
	}
	_, err := j.client.do(ctx, request{kind: "negative test", method: "POST", path: "/Bulk", body: bulkRequest(0, operations), allow: []int{413}})
	return err
}

func bulkRequest(failOnErrors int, operations []bulkOperation) map[string]any {
	body := map[string]any{"schemas": []string{bulkSchema}, "Operations": operations}
	if failOnErrors > 0 {
		body["failOnErrors"] = failOnErrors
	}
	return body
}

// sendBulk sends operations and checks the status of each.
func (j *job) sendBulk(ctx context.Context, failOnErrors int, operations []bulkOperation, want ...string) (answer, error) {
	a, err := j.client.do(ctx, request{kind: "bulk", method: "POST", path: "/Bulk", body: bulkRequest(failOnErrors, operations), allow: []int{200}})
	if err != nil || !a.ok {
		return a, err
	}
	results := elements(a.body["Operations"])
	if len(results) != len(want) {
		a.wrong("%s answered, expected %d: %s", count(len(results), "operation"), len(want), short(oneLine(string(a.raw)), 300))
		a.ok = false
		return a, nil
	}
	for i, result := range results {
		status, isText := result["status"].(string)
		if !isText {
			a.remark("the status of an operation is %s instead of text", compact(result["status"]))
			n, _ := result["status"].(float64)
			status = strconv.Itoa(int(n))
		}
		if status == "" || !strings.Contains(want[i], status) {
			a.wrong("operation %d has the status %s instead of %s: %s", i, compact(result["status"]), want[i], short(compact(result["response"]), 200))
			a.ok = false
		}
	}
	return a, nil
}
