package simulate

import (
	"slices"
	"strings"
)

func (s *server) patch(endpoint string, i int, body map[string]any) {
	row := deepCopy(s.rows[endpoint][i])
	if s.fault == "applies half of a refused change" {
		row = s.rows[endpoint][i]
	}
	for _, o := range elements(body["Operations"]) {
		op, _ := o["op"].(string)
		path, _ := o["path"].(string)
		op = strings.ToLower(op)
		switch {
		case op != "add" && op != "replace" && op != "remove":
			panic(refusal{400, "invalidSyntax"})
		case op == "remove" && path == "":
			panic(refusal{400, "noTarget"})
		case path == "":
			for key, v := range o["value"].(map[string]any) {
				if s.fault == "stores dotted keys" && strings.Contains(key, ".") {
					row[key] = v
					continue
				}
				s.set(row, key, v)
			}
		case strings.HasPrefix(path, "members"):
			s.patchMembers(row, op, path, o["value"])
		default:
			s.set(row, path, o["value"])
		}
	}
	s.unique(endpoint, row, row["id"])
	s.rows[endpoint][i] = row
}

func (s *server) patchMembers(row map[string]any, op, path string, value any) {
	list, _ := row["members"].([]any)
	given := elements(value)
	if _, id, ok := strings.Cut(path, `[value eq "`); ok {
		given = []map[string]any{{"value": strings.TrimSuffix(id, `"]`)}}
	}
	if op == "add" && len(given) > 1 && s.fault == "drops a member" {
		given = given[1:]
	}
	for _, m := range given {
		if !(op == "add" && s.fault == "adds members twice") {
			list = slices.DeleteFunc(list, func(old any) bool { return old.(map[string]any)["value"] == m["value"] })
		}
		if op == "add" {
			list = append(list, map[string]any{"value": m["value"], "type": "User"})
		}
	}
	if op == "remove" && path == "members" && s.fault == "empties the group on remove" {
		list = nil
	}
	row["members"] = list
}

func (s *server) set(row map[string]any, path string, v any) {
	if path == managerPath {
		if v == "" {
			delete(child(row, enterpriseSchema), "manager")
		} else if s.fault != "drops managers" {
			child(row, enterpriseSchema)["manager"] = map[string]any{"value": v}
		}
		return
	}
	at := attribute{path: path, boolean: path == "active" || strings.HasSuffix(path, ".primary")}
	at.parse()
	text, _ := v.(string)
	if b, ok := v.(bool); ok {
		text = boolText(b)
	}
	if at.boolean && !strings.EqualFold(text, "true") && !strings.EqualFold(text, "false") {
		panic(refusal{400, "invalidValue"})
	}
	if at.element != "" && s.fault == "adds a second element" {
		list, _ := row[at.name].([]any)
		row[at.name] = append(list, map[string]any{at.by: at.selector(), at.sub: v})
		return
	}
	at.put(row, text)
}

// schemas describe exactly what the mapping writes.
func schemas() []map[string]any {
	byID := map[string]map[string]any{}
	var list []map[string]any
	add := func(schema, name, sub, kind string) {
		s := byID[schema]
		if s == nil {
			s = map[string]any{"id": schema, "attributes": []any{}}
			byID[schema] = s
			list = append(list, s)
		}
		a := map[string]any{"name": name, "subAttributes": []any{map[string]any{"name": sub}}}
		if kind != "" {
			a["multiValued"] = true
		}
		if kind != "" && kind != "True" {
			a["subAttributes"] = append(a["subAttributes"].([]any), map[string]any{"name": "type", "canonicalValues": []string{kind}})
		}
		s["attributes"] = append(s["attributes"].([]any), a)
	}
	for _, t := range []*resourceType{userType, groupType} {
		for _, a := range t.mapping {
			schema := t.schema
			if a.schema != "" {
				schema = a.schema
			}
			add(schema, a.name, a.sub, a.element)
		}
	}
	add(enterpriseSchema, "manager", "value", "")
	add(groupSchema, "members", "value", "Group")
	return list
}
