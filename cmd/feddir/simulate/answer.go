package simulate

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// answer is the answer to a request, and the report for its defects.
type answer struct {
	request
	status    int
	header    http.Header
	raw       []byte
	body      map[string]any
	ok        bool // the status is one the request allows, and the body can be read
	uncertain bool // an earlier attempt had no answer: its effect may be there already
	report    *report
}

// wrong reports a defect of the answer.
func (a *answer) wrong(format string, args ...any) { a.report.wrong(a, fmt.Sprintf(format, args...)) }

// remark reports a departure from the standards that Entra tolerates. It is wrong only with --strict.
func (a *answer) remark(format string, args ...any) { a.report.remark(a, fmt.Sprintf(format, args...)) }

// check checks what every answer must have: the status, the media type, a JSON object as body, and the form of errors
// (RFC 7644 §3.12).
func (a *answer) check() {
	if a.status != http.StatusNoContent && len(a.raw) > 0 {
		media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
		err := json.Unmarshal(a.raw, &a.body)
		switch {
		case media != "application/scim+json" && !strings.HasSuffix(media, "json"):
			a.wrong("status %d with the media type %q instead of application/scim+json: %s", a.status, media, short(oneLine(string(a.raw)), 80))
			return
		case err != nil:
			a.wrong("status %d, and the body is not a JSON object", a.status)
			return
		case media != "application/scim+json":
			a.remark("the media type is %s instead of application/scim+json", media)
		}
	}
	switch {
	case a.status == http.StatusNoContent && len(a.raw) > 0:
		a.wrong("status 204 with a body")
	case !a.allows(a.status):
		a.wrong("expected %s: %s", statuses(a.allow), a.detail())
		return
	case a.status >= 400:
		a.checkError()
	}
	a.ok = true
}

func (a *answer) checkError() {
	if a.body == nil {
		a.remark("an error without a body")
		return
	}
	if schemas := texts(a.body["schemas"]); !slices.Contains(schemas, errorSchema) {
		a.remark("an error whose schemas are %s instead of [%q]", compact(a.body["schemas"]), errorSchema)
	}
	if a.body["status"] != strconv.Itoa(a.status) {
		a.remark(`an error %d whose "status" is %s instead of "%d"`, a.status, compact(a.body["status"]), a.status)
	}
}

// scimType remarks if an error does not have the scimType that RFC 7644 has for its cause.
func (a *answer) scimType(expected ...string) {
	if got, _ := a.body["scimType"].(string); a.ok && !slices.Contains(expected, got) {
		a.remark("scimType is %q instead of %s", got, strings.Join(expected, " or "))
	}
}

// detail returns the server's explanation of an error.
func (a *answer) detail() string {
	body := a.body
	if body == nil && json.Unmarshal(a.raw, &body) != nil {
		return short(oneLine(string(a.raw)), 120)
	}
	detail, _ := body["detail"].(string)
	return short(oneLine(detail), 200)
}

// oneLine replaces line breaks and control characters: the text is another's and goes to a terminal.
func oneLine(s string) string {
	printable := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(printable), " ")
}

// list checks a ListResponse (RFC 7644 §3.4.2) and returns its resources.
func (a *answer) list() (resources []map[string]any, total int) {
	if !a.ok || a.body == nil {
		if a.ok {
			a.wrong("an empty body instead of a ListResponse")
		}
		return nil, 0
	}
	var problems []string
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if !slices.Contains(texts(a.body["schemas"]), listSchema) {
		problem("schemas are %s instead of [%q]", compact(a.body["schemas"]), listSchema)
	}
	rows, isList := a.body["Resources"].([]any)
	if !isList {
		problem("Resources is %s instead of a list", compact(a.body["Resources"]))
	}
	resources = elements(a.body["Resources"])
	if len(resources) < len(rows) {
		problem("Resources has an element that is not an object")
	}
	n, isNumber := a.body["totalResults"].(float64)
	total = int(n)
	if !isNumber || n != float64(total) || total < len(rows) {
		problem("totalResults is %s with %d resources in the answer", compact(a.body["totalResults"]), len(rows))
	}
	if per, ok := a.body["itemsPerPage"]; ok && per != float64(len(rows)) {
		problem("itemsPerPage is %s with %d resources in the answer", compact(per), len(rows))
	}
	if len(problems) > 0 {
		a.ok = false
		a.wrong("%s", strings.Join(problems, "; "))
	}
	return resources, total
}

// resource checks that the answer is the object o with these values. It returns the id.
func (a *answer) resource(o *object, want values) (id string) {
	if !a.ok {
		return ""
	}
	if a.body == nil {
		a.ok = false
		a.wrong("an empty body instead of the %s", o.kind.name)
		return ""
	}
	id, problems := shape(o, a.body)
	problems = append(problems, compare(o.kind, a.body, want)...)
	if o.kind.exclude != "" && strings.Contains(a.query, o.kind.exclude) && a.body["members"] != nil {
		problems = append(problems, "members are in the answer although excluded")
	}
	if len(problems) > 0 {
		a.wrong("%s", strings.Join(problems, "; "))
	}
	a.location()
	return id
}

// shape checks what every resource must have (RFC 7643 §3).
func shape(o *object, resource map[string]any) (id string, problems []string) {
	id, _ = resource["id"].(string)
	switch {
	case id == "":
		problems = append(problems, fmt.Sprintf("id is %s", compact(resource["id"])))
	case o.id != "" && id != o.id:
		problems = append(problems, fmt.Sprintf("id was %s and is now %s", o.id, id))
	}
	if !slices.Contains(texts(resource["schemas"]), o.kind.schema) {
		problems = append(problems, fmt.Sprintf("schemas are %s without %s", compact(resource["schemas"]), o.kind.schema))
	}
	for name := range resource {
		if strings.Contains(name, ".") && !strings.HasPrefix(name, "urn:") || strings.HasPrefix(name, enterpriseSchema+":") || strings.HasPrefix(name, ownSchema+":") {
			problems = append(problems, fmt.Sprintf("a path was stored as an attribute named %q", short(name, 80)))
		}
	}
	return id, problems
}

// compare returns the differences of a resource from the expected values. Texts must be equal byte for byte.
func compare(kind *resourceType, resource map[string]any, want values) (problems []string) {
	for i := range kind.mapping {
		a := &kind.mapping[i]
		got, err := a.get(resource)
		switch {
		case err != nil:
			problems = append(problems, err.Error())
		case got == want[i] || a.boolean && want[i] == "":
		case got == "":
			problems = append(problems, fmt.Sprintf("%s is missing, it shall be %s", a.path, quote(short(want[i], 80))))
		case want[i] == "":
			problems = append(problems, fmt.Sprintf("%s is %s and shall be absent", a.path, quote(short(got, 80))))
		default:
			problems = append(problems, fmt.Sprintf("%s is %s and shall be %s", a.path, quote(short(got, 80)), quote(short(want[i], 80))))
		}
	}
	return slices.Compact(problems)
}

// location checks meta, and the Location header of a creation (RFC 7644 §3.3).
func (a *answer) location() {
	meta, _ := a.body["meta"].(map[string]any)
	location, _ := meta["location"].(string)
	if u, err := url.Parse(location); err != nil || !u.IsAbs() {
		a.remark("meta.location is %s instead of an absolute URL", compact(meta["location"]))
	}
	if a.status == http.StatusCreated && (location == "" || a.header.Get("Location") != location) {
		a.remark("the Location header %q is not meta.location %q", a.header.Get("Location"), location)
	}
}

// managerOf is the manager's id of a user's JSON.
func managerOf(resource map[string]any) string {
	enterprise, _ := resource[enterpriseSchema].(map[string]any)
	manager, _ := enterprise["manager"].(map[string]any)
	value, _ := manager["value"].(string)
	return value
}

// membersOf are the ids of a group's members; twice holds those listed more than once.
func membersOf(resource map[string]any) (ids map[string]bool, twice []string) {
	ids = map[string]bool{}
	for _, m := range elements(resource["members"]) {
		id, _ := m["value"].(string)
		if ids[id] {
			twice = append(twice, id)
		}
		ids[id] = true
	}
	return ids, twice
}

func texts(v any) []string { return listOf[string](v) }

func statuses(allow []int) string {
	list := make([]string, len(allow))
	for i, s := range allow {
		list[i] = strconv.Itoa(s)
	}
	return strings.Join(list, " or ")
}
