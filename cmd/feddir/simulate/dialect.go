package simulate

import (
	"fmt"
	"strings"
)

// dialect is one of Entra's two ways to write a PATCH.
type dialect string

const (
	classic dialect = "classic" // default of non-gallery applications: capitalised operations, booleans as text
	flagged dialect = "flag"    // aadOptscim062020: closer to RFC 7644, dotted and URN keys in one value without path
	both    dialect = "both"    // for half of the objects each
)

// of is the dialect for one object.
func (d dialect) of(o *object) dialect {
	switch {
	case d != both:
		return d
	case o.index%2 == 0:
		return classic
	default:
		return flagged
	}
}

// operation is one element of a PatchOp message's Operations (RFC 7644 §3.5.2).
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path,omitempty"`
	Value any    `json:"value,omitempty"`
}

func patch(operations []operation) map[string]any {
	return map[string]any{"schemas": []string{patchSchema}, "Operations": operations}
}

// op writes an operation's name.
func (d dialect) op(name string) string {
	if d == flagged {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// set sets one value: an add when the target has none, else a replace; "" unsets.
func (d dialect) set(path, have string, value any) operation {
	if have == "" {
		return operation{d.op("add"), path, value}
	}
	return operation{d.op("replace"), path, value}
}

// attributes returns the operations that change have into want.
func (d dialect) attributes(mapping []attribute, have, want values) []operation {
	var operations, plain []operation
	for i, a := range mapping {
		if have[i] == want[i] || a.boolean && want[i] == "" {
			continue
		}
		var value any = want[i]
		if a.boolean && d == flagged {
			value = want[i] == "True"
		}
		o := d.set(a.path, have[i], value)
		if d == flagged && a.element == "" {
			plain = append(plain, o)
			continue
		}
		operations = append(operations, o)
	}
	if len(plain) < 2 {
		return append(plain, operations...)
	}
	merged := map[string]any{}
	name := "add"
	for _, o := range plain {
		merged[o.Path] = o.Value
		if o.Op == "replace" {
			name = "replace"
		}
	}
	return append([]operation{{Op: name, Value: merged}}, operations...)
}

// manager sets the manager; "" removes it.
func (d dialect) manager(have, want string) operation { return d.set(managerPath, have, want) }

// memberValue is a member as Entra writes it.
type memberValue struct {
	Ref   *string `json:"$ref"`
	Value string  `json:"value"`
}

func memberValues(ids []string) []memberValue {
	list := make([]memberValue, len(ids))
	for i, id := range ids {
		list[i].Value = id
	}
	return list
}

func (d dialect) addMembers(ids []string) []operation {
	return []operation{{d.op("add"), "members", memberValues(ids)}}
}

// removeMembers removes these members and no others. By RFC 7644 the classic form would remove all members.
func (d dialect) removeMembers(ids []string) []operation {
	if d != flagged {
		return []operation{{d.op("remove"), "members", memberValues(ids)}}
	}
	operations := make([]operation, len(ids))
	for i, id := range ids {
		operations[i] = operation{Op: d.op("remove"), Path: fmt.Sprintf("members[value eq %s]", quote(id))}
	}
	return operations
}

// creation is the body of a POST.
func creation(o *object) map[string]any {
	body := map[string]any{"meta": map[string]any{"resourceType": o.kind.meta}}
	if o.kind == userType {
		body["schemas"] = []string{userSchema, enterpriseSchema}
		if o.want[badge] != "" || o.want[berth] != "" {
			body["schemas"] = []string{userSchema, enterpriseSchema, ownSchema}
		}
		body["roles"] = []any{}
	} else {
		body["schemas"] = []string{groupSchema, legacyGroupSchema}
	}
	for i := range o.kind.mapping {
		if a := &o.kind.mapping[i]; o.want[i] != "" {
			a.put(body, o.want[i])
		}
	}
	return body
}
