package patch_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

var (
	paths = []string{
		"title", "TITLE", "active", "name", "name.givenName", core + ":displayName", "manager", enterprise + ":manager", enterprise + ":manager.value",
		enterprise + ":department", enterprise, custom, custom + ":berth", "urn:acme:ext:badge", "urn:acme:ext:badge[value eq \"a\"]", "emails", "emails.value", "emails[type eq \"work\"]",
		`emails[type eq "work"].value`, `emails[type eq "home"].primary`, `emails[value eq "a"]`, `emails[type eq "work" and value co "a"].display`,
		`roles[primary eq "True"].value`, `roles[primary eq "True"].display`, `addresses[type eq "work"].region`, `addresses[type eq "other"]`,
		"userName", "id", "groups", "meta", "nonsense", "__proto__", "emails[", "",
	}
	texts = []any{"", "a", "A", "b", "True", "false", true, false, nil, "ü\\\"", "x\x00"}
)

func drawValue(t *rapid.T) any {
	text := rapid.SampledFrom(texts)
	object := rapid.MapOfN(rapid.SampledFrom([]string{"value", "TYPE", "primary", "display", "givenName", "region", "$ref", "junk"}), text, 0, 3)
	return rapid.OneOf(
		text,
		rapid.Map(object, func(m map[string]any) any { return m }),
		rapid.Map(rapid.SliceOfN(text, 0, 3), func(list []any) any { return append([]any{}, list...) }),
		rapid.Map(rapid.SliceOfN(object, 0, 3), func(list []map[string]any) any {
			out := []any{}
			for _, m := range list {
				out = append(out, m)
			}
			return out
		}),
		rapid.Map(rapid.MapOfN(rapid.SampledFrom(paths), text, 0, 3), func(m map[string]any) any { return m }),
	).Draw(t, "value")
}

func drawOperation(t *rapid.T) patch.Operation {
	return patch.Operation{
		Op:    rapid.SampledFrom([]patch.Op{patch.Add, patch.Replace, patch.Remove}).Draw(t, "op"),
		Path:  rapid.SampledFrom(paths).Draw(t, "path"),
		Value: drawValue(t),
	}
}

// drawUser makes a user by operations, so that it is in normal form.
func drawUser(t *rapid.T) map[string]any {
	u := map[string]any{"userName": "u", "id": "1", "groups": []any{map[string]any{"value": "g"}}}
	for _, op := range rapid.SliceOfN(rapid.Custom(drawOperation), 0, 12).Draw(t, "history") {
		if after, _, err := patch.Apply(schema.Users, u, []patch.Operation{op}); err == nil {
			u = after
		}
	}
	return u
}

// deepCopy is independent of the code under test.
func deepCopy(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = deepCopy(e)
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, deepCopy(e))
		}
		return out
	}
	return v
}

// Whatever is asked: all or nothing, step by step, inputs untouched, and the
// result is in normal form.
func TestModelOfApply(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := drawUser(t)
		ops := rapid.SliceOfN(rapid.Custom(drawOperation), 1, 5).Draw(t, "ops")
		beforeCopy, opsCopy := deepCopy(before), fmt.Sprint(ops)
		after, _, err := patch.Apply(schema.Users, before, ops)
		if !reflect.DeepEqual(before, beforeCopy) || fmt.Sprint(ops) != opsCopy {
			t.Fatal("an input was modified")
		}
		stepwise, failed := before, false
		for _, op := range ops {
			next, _, err := patch.Apply(schema.Users, stepwise, []patch.Operation{op})
			if failed = err != nil; failed {
				break
			}
			stepwise = next
		}
		if err != nil {
			if after != nil {
				t.Fatalf("an error and a result: %v", after)
			}
			return
		}
		if !failed && !reflect.DeepEqual(after, stepwise) {
			t.Fatalf("together %v, one by one %v", after, stepwise)
		}
		checkNormalForm(t, after)
		if after["userName"] == nil || after["id"] != "1" || len(after["groups"].([]any)) != 1 {
			t.Fatalf("required or read-only attribute changed: %v", after)
		}
	})
}

func checkNormalForm(t *rapid.T, resource map[string]any) {
	again, ignored, err := patch.Normalize(schema.Users, answered(resource))
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range ignored {
		if i.Path != "id" && i.Path != "groups" {
			t.Fatalf("stored under a wrong name: %v", i)
		}
	}
	for _, name := range []string{"emails", "roles", "addresses"} {
		list, _ := resource[name].([]any)
		primaries := 0
		for i, e := range list {
			if e.(map[string]any)["primary"] == true {
				primaries++
			}
			for _, other := range list[:i] {
				if reflect.DeepEqual(e, other) {
					t.Fatalf("%s holds %v twice", name, e)
				}
			}
		}
		if primaries > 1 {
			t.Fatalf("%s has several primaries: %v", name, list)
		}
	}
	for name, value := range again {
		list, _ := resource[name].([]any)
		if len(list) == 0 && !reflect.DeepEqual(value, resource[name]) {
			t.Fatalf("%s is %v, normally %v", name, resource[name], value)
		}
	}
}

// What identity providers send may be sent again: after a lost answer, or in
// every cycle.
func TestModelOfRepetition(t *testing.T) {
	t.Parallel()
	// A whole element may change what it was selected by; then the next time
	// selects another.
	excluded := []string{`emails[value eq "a"]`, `emails[type eq "work"]`, `addresses[type eq "other"]`, `urn:acme:ext:badge[value eq "a"]`}
	rapid.Check(t, func(t *rapid.T) {
		op := rapid.Custom(drawOperation).Filter(func(op patch.Operation) bool {
			return op.Path != "" && !slices.Contains(excluded, op.Path)
		}).Draw(t, "op")
		once, _, err := patch.Apply(schema.Users, drawUser(t), []patch.Operation{op})
		if err != nil {
			return
		}
		twice, _, err := patch.Apply(schema.Users, once, []patch.Operation{op})
		if err != nil || !reflect.DeepEqual(once, twice) {
			t.Fatalf("once %v\ntwice %v, %v", once, twice, err)
		}
	})
}

// Setting and clearing through value paths, against a plain map from type to
// value.
func TestModelOfValuePaths(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		model := map[string]string{}
		u := map[string]any{"userName": "u"}
		for range rapid.IntRange(1, 20).Draw(t, "operations") {
			kind := rapid.SampledFrom([]string{"work", "home", "other"}).Draw(t, "type")
			op := patch.Operation{
				Op:    rapid.SampledFrom([]patch.Op{patch.Add, patch.Replace, patch.Remove}).Draw(t, "op"),
				Path:  fmt.Sprintf(`Emails[Type eq %q].Value`, strings.ToUpper(kind)),
				Value: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "value"),
			}
			if op.Op == patch.Remove || op.Value == "" {
				delete(model, kind)
			} else {
				model[kind] = op.Value.(string)
			}
			after, _, err := patch.Apply(schema.Users, u, []patch.Operation{op})
			if err != nil {
				t.Fatal(err)
			}
			u = after
			got := map[string]string{}
			list, _ := u["emails"].([]any)
			for _, e := range list {
				e := e.(map[string]any)
				got[strings.ToLower(e["type"].(string))] = e["value"].(string)
			}
			if len(list) != len(got) || !reflect.DeepEqual(got, model) {
				t.Fatalf("got %v, want %v", u["emails"], model)
			}
		}
	})
}
