package simulate

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
)

// testConnection sends what Entra's button sends, and every job run again: queries for things that cannot be
// there, on users and on groups. Entra gives up when one of them fails.
func (j *job) testConnection(ctx context.Context) error {
	for i, kind := range []*resourceType{userType, groupType, userType, groupType, userType} {
		random := guid("probe", rand.Text())
		expression := kind.mapping[kind.matching].path + " eq " + quote(random)
		a, err := j.client.do(ctx, request{kind: "test connection", method: "GET", path: kind.endpoint,
			query: filter(i < 3, expression, kind.exclude), allow: []int{200}})
		if err != nil {
			return fmt.Errorf("test connection: %w", err)
		}
		_, total := a.list()
		if !a.ok {
			return &unreachable{fmt.Errorf("test connection: %s: status %d is not an empty list: this is no SCIM endpoint Entra could use", a.route(), a.status)}
		}
		if total != 0 {
			a.wrong("totalResults is %d for a name that nobody has", total)
		}
	}
	return nil
}

// discover reads the schemas and the service provider's configuration, and checks what the job relies on.
func (j *job) discover(ctx context.Context) error {
	a, err := j.client.do(ctx, request{kind: "discovery", method: "GET", path: "/Schemas", allow: []int{200}})
	if err != nil {
		return err
	}
	schemas, _ := a.list()
	if a.ok {
		for _, missing := range undescribed(schemas) {
			a.remark("the schemas do not describe %s", missing)
		}
	}
	a, err = j.client.do(ctx, request{kind: "discovery", method: "GET", path: "/ServiceProviderConfig", allow: []int{200}})
	if err != nil || !a.ok {
		return err
	}
	for _, feature := range []string{"patch", "filter"} {
		if f, _ := a.body[feature].(map[string]any); f["supported"] != true {
			a.remark("%s.supported is %s", feature, compact(f["supported"]))
		}
	}
	return nil
}

// undescribed are the attributes the job writes that the schemas do not name. Entra compares its attribute mapping
// with them.
func undescribed(schemas []map[string]any) (missing []string) {
	byID := map[string][]map[string]any{}
	for _, s := range schemas {
		id, _ := s["id"].(string)
		byID[id] = elements(s["attributes"])
	}
	paths := []string{enterpriseSchema + ":manager.value", "members.value"}
	types := []*resourceType{userType, groupType}
	for i, schema := range []string{enterpriseSchema, groupSchema} {
		name, sub, _ := strings.Cut(strings.TrimPrefix(paths[i], enterpriseSchema+":"), ".")
		if !describes(byID[schema], name, sub) {
			missing = append(missing, paths[i])
		}
	}
	for _, t := range types {
		for _, a := range t.mapping {
			schema := t.schema
			if a.schema != "" {
				schema = a.schema
			}
			// externalId is common to all resources (RFC 7643 §3.1) and need not be in a schema.
			if a.name != "externalId" && !describes(byID[schema], a.name, a.sub) {
				missing = append(missing, a.path)
			}
		}
	}
	return missing
}

func describes(attributes []map[string]any, name, sub string) bool {
	return slices.ContainsFunc(attributes, func(a map[string]any) bool {
		got, _ := a["name"].(string)
		return strings.EqualFold(got, name) && (sub == "" || describes(elements(a["subAttributes"]), sub, ""))
	})
}
