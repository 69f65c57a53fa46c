package patch_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

const (
	core       = "urn:ietf:params:scim:schemas:core:2.0:User"
	enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	custom     = "urn:ietf:params:scim:schemas:extension:Harbor:2.0:User"
)

// expand lets the tables below write EU, CU and XU for the schema URNs.
func expand(text string) string {
	return strings.NewReplacer("EU", enterprise, "CU", core, "XU", custom).Replace(text)
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	object, err := patch.Decode([]byte(expand(text)))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return object
}

// operations reads operations separated by commas.
func operations(t *testing.T, text string) []patch.Operation {
	t.Helper()
	ops, err := patch.DecodeRequest([]byte(expand(`{"Operations":[` + text + `]}`)))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return ops
}

func print(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func equal(t *testing.T, got, want map[string]any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s\nwant %s", print(t, got), print(t, want))
	}
}

func typeOf(err error) patch.Type {
	if e, ok := errors.AsType[*patch.Error](err); ok {
		return e.Type
	}
	return ""
}

// reasons prints what was ignored: "path reason, path reason".
func reasons(ignored []patch.Ignored) string {
	var out []string
	for _, i := range ignored {
		out = append(out, i.Path+" "+string(i.Reason))
	}
	return strings.Join(out, ", ")
}

// oneLogin lets tables write OL for the URN that OneLogin has for EU.
func oneLogin(text string) string {
	return strings.ReplaceAll(text, "OL", "urn:scim:schemas:extension:enterprise:2.0")
}

// groupURN lets tables write GU for the URN of groups.
func groupURN(text string) string { return strings.ReplaceAll(text, "GU", schema.GroupID) }

// acme lets tables write AC for the URN of an extension, and OWN for that of ours.
func acme(text string) string {
	return strings.NewReplacer("AC", "urn:x:acme:1.0", "OWN", schema.OwnUserID).Replace(text)
}

// answered is a resource as an answer has it, with the URNs of its extensions.
func answered(resource map[string]any) map[string]any {
	var urns []any
	for name := range resource {
		if strings.Contains(name, ":") {
			urns = append(urns, name)
		}
	}
	with := maps.Clone(resource)
	with["schemas"] = urns
	return with
}
