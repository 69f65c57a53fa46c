package simulate

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// features are the optional features of SCIM that the target announces (RFC 7643 §5, RFC 9865 §4).
type features struct {
	bulk, sort, etag, cursor bool
	maxOperations            int // of a bulk request; 0 if it is not announced
	maxPageSize              int // of a page by cursor; 0 if it is not announced
	nestedGroups             bool
}

// discover reads the schemas and the service provider's configuration, as Entra's provisioning page does. Optional
// attributes that the target does not describe are left out of the job.
func (j *job) discover(ctx context.Context) error {
	if err := j.discoverSchemas(ctx); err != nil {
		return err
	}
	a, err := j.client.do(ctx, request{kind: "discovery", method: "GET", path: "/ServiceProviderConfig", allow: []int{200}})
	if err != nil || !a.ok {
		return err
	}
	for _, feature := range []string{"patch", "filter"} {
		if !a.supports(feature) {
			a.remark("%s.supported is not true: %s", feature, compact(a.body[feature]))
		}
	}
	j.features.bulk, j.features.sort, j.features.etag = a.supports("bulk"), a.supports("sort"), a.supports("etag")
	bulk, _ := a.body["bulk"].(map[string]any)
	most, _ := bulk["maxOperations"].(float64)
	pagination, _ := a.body["pagination"].(map[string]any)
	size, _ := pagination["maxPageSize"].(float64)
	j.features.maxOperations, j.features.maxPageSize, j.features.cursor = int(most), int(size), pagination["cursor"] == true
	return nil
}

func (a *answer) supports(feature string) bool {
	f, _ := a.body[feature].(map[string]any)
	return f["supported"] == true
}

func (j *job) discoverSchemas(ctx context.Context) error {
	a, err := j.client.do(ctx, request{kind: "discovery", method: "GET", path: "/Schemas", allow: []int{200}})
	if err != nil {
		return err
	}
	schemas, _ := a.list()
	if !a.ok {
		return nil
	}
	described := flatten(schemas)
	j.features.nestedGroups = described[nestedPath]
	if !j.features.nestedGroups {
		for _, g := range j.src.Groups {
			clear(g.subgroups)
		}
	}
	j.generator.nested = j.features.nestedGroups
	for _, path := range []string{managerPath, "members"} {
		if !described[strings.ToLower(path)] {
			a.remark("the schemas do not describe %s", path)
		}
	}
	var without []string
	for _, t := range []*resourceType{userType, groupType} {
		for i, m := range t.mapping {
			// externalId is common to all resources (RFC 7643 §3.1) and need not be in a schema.
			if described[strings.ToLower(m.path)] || m.name == "externalId" || m.schema == ownSchema && j.opt.extension {
				continue
			}
			switch loose := strings.ToLower(m.name + "." + m.sub); {
			case m.optional:
			case m.by != "" && described[loose]:
				j.report.note("the schemas do not list %q as a canonical type of %s: Entra's page would not offer it", m.element, m.name)
				continue
			default:
				a.remark("the schemas do not describe %s", m.path)
				continue
			}
			without = append(without, m.path)
			j.leaveOut(i)
		}
	}
	if len(without) > 0 {
		j.report.note("not written, since the schemas do not describe them: %s", strings.Join(without, ", "))
	}
	return j.readSchemas(ctx, schemas)
}

// leaveOut removes an attribute of people from the source.
func (j *job) leaveOut(i int) {
	j.generator.absent[i] = true
	for _, p := range j.src.People {
		p.want[i] = ""
	}
}

// readSchemas reads each schema by its id, and one that does not exist.
func (j *job) readSchemas(ctx context.Context, schemas []map[string]any) error {
	for _, s := range schemas {
		id, _ := s["id"].(string)
		a, err := j.client.do(ctx, request{kind: "discovery", method: "GET", path: "/Schemas/" + url.PathEscape(id), allow: []int{200, 404}})
		if err != nil {
			return err
		}
		switch {
		case a.status == 404:
			a.remark("a listed schema is not found by its id")
		case a.ok && a.body["id"] != id:
			a.wrong("the answer for the schema %q has the id %s", id, compact(a.body["id"]))
		}
	}
	_, err := j.client.do(ctx, request{kind: "discovery", method: "GET", path: "/Schemas/urn:nobody:knows:this", allow: []int{404}})
	if err != nil {
		return err
	}
	a, err := j.client.do(ctx, request{kind: "discovery", method: "GET", path: "/ResourceTypes", allow: []int{200, 404}})
	if err != nil {
		return err
	}
	if a.status == 404 {
		a.remark("there are no resource types")
		return nil
	}
	if types, _ := a.list(); len(types) < 2 && a.ok {
		a.remark("%s instead of those of users and groups", count(len(types), "resource type"))
	}
	return nil
}

// nestedPath is among the flattened paths if groups may be members of groups.
const nestedPath = "members:group"

// flatten lists the attributes of schemas, in lower case, by the paths that Microsoft's onboarding kit makes of them
// and compares with an attribute mapping: elements are selected by the canonical values of their type, or else by
// being primary. Each is also there without a selector.
func flatten(schemas []map[string]any) map[string]bool {
	paths := map[string]bool{}
	for _, s := range schemas {
		prefix, _ := s["id"].(string)
		prefix += ":"
		if prefix == userSchema+":" || prefix == groupSchema+":" {
			prefix = ""
		}
		for _, a := range elements(s["attributes"]) {
			name, _ := a["name"].(string)
			paths[strings.ToLower(prefix+name)] = true
			for _, selector := range selectors(a) {
				for _, sub := range elements(a["subAttributes"]) {
					subName, _ := sub["name"].(string)
					paths[strings.ToLower(prefix+name+"."+subName)] = true
					paths[strings.ToLower(prefix+name+selector+"."+subName)] = true
					if name == "members" && prefix == "" && mayBeGroup(sub) {
						paths[nestedPath] = true
					}
				}
			}
		}
	}
	return paths
}

// selectors returns the value-path filters for the elements of an attribute; an empty one for an attribute with a single
// value.
func selectors(a map[string]any) (list []string) {
	if a["multiValued"] != true {
		return []string{""}
	}
	for _, sub := range elements(a["subAttributes"]) {
		if sub["name"] == "type" {
			for _, v := range texts(sub["canonicalValues"]) {
				list = append(list, `[type eq "`+v+`"]`)
			}
		}
	}
	if list == nil {
		list = []string{`[primary eq "True"]`}
	}
	return list
}

// mayBeGroup reports whether a sub-attribute of members says that groups may be members.
func mayBeGroup(sub map[string]any) bool {
	return slices.Contains(append(texts(sub["canonicalValues"]), texts(sub["referenceTypes"])...), "Group")
}
