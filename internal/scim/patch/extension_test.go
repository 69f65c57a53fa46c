package patch_test

import (
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// E-229: attributes of extensions that RFC 7643 does not have are written as its
// own are. A user has badge, list, n and on of the extension AC; a row says what
// is there afterwards.
var extensionCases = []struct{ name, ops, want, ignored string }{
	{"envelope", `{"op":"replace","path":"AC:badge","value":{"value":"x"}},{"op":"add","path":"AC:new","value":[{"$ref":null,"value":"y"}]}`, `"badge":"x","list":["a","b"],"n":4,"on":true,"new":"y"`, ""},
	{"envelope as key", `{"op":"replace","value":{"AC:badge":{"value":"x"},"AC":{"n":[{"value":5}]}}}`, `"badge":"x","list":["a","b"],"n":5,"on":true`, ""},
	{"envelope of nothing", `{"op":"replace","path":"AC:badge","value":{"value":""}},{"op":"add","path":"AC:n","value":{"value":null}},{"op":"replace","path":"AC:on","value":[null]}`, `"list":["a","b"]`, ""},
	{"envelope, then text", `{"op":"replace","path":"AC:badge","value":[{"value":"x"}]},{"op":"replace","path":"AC:badge","value":"z"}`, `"badge":"z","list":["a","b"],"n":4,"on":true`, ""},
	{"another object", `{"op":"replace","path":"AC:badge","value":{"a":"x"}}`, `"badge":"b","list":["a","b"],"n":4,"on":true`, "AC:badge notSimple"},
	{"removal with an envelope", `{"op":"remove","path":"AC:badge","value":{"value":"b"}},{"op":"remove","path":"AC:list","value":[{"value":"A"}]}`, `"list":["b"],"n":4,"on":true`, ""},

	{"add to a list", `{"op":"add","path":"AC:list","value":["c","a"]},{"op":"add","value":{"AC":{"list":"d"}}},{"op":"add","path":"AC:list","value":[{"value":"e"},{"value":"b"}]}`, `"badge":"b","list":["a","b","c","d","e"],"n":4,"on":true`, ""},
	{"add of nothing", `{"op":"add","path":"AC:list","value":[""]},{"op":"add","path":"AC:list","value":[null]},{"op":"add","path":"AC:list","value":[{"value":""},{}]},{"op":"add","path":"AC:none","value":[""]}`, `"badge":"b","list":["a","b"],"n":4,"on":true`, ""},
	{"add of several to one", `{"op":"add","path":"AC:badge","value":["c","d"]},{"op":"add","path":"AC:n","value":["5"]}`, `"badge":["b","c","d"],"list":["a","b"],"n":"5","on":true`, ""},
	{"replace of a list", `{"op":"replace","path":"AC:list","value":["c","","c"]}`, `"badge":"b","list":["c","c"],"n":4,"on":true`, ""},
	{"replace of a list by an envelope", `{"op":"replace","path":"AC:list","value":[{"value":"c"}]}`, `"badge":"b","list":["c"],"n":4,"on":true`, ""},
	{"replace of a list by nothing", `{"op":"replace","path":"AC:list","value":[""]}`, `"badge":"b","n":4,"on":true`, ""},

	{"removal by a filter", `{"op":"remove","path":"AC:list[value eq \"A\"]"},{"op":"remove","path":"AC:badge[value eq \"b\"]"},{"op":"remove","path":"AC:on[value eq true]"},{"op":"remove","path":"AC:n[value eq 4]"}`, `"list":["b"]`, ""},
	{"removal by a filter of none", `{"op":"remove","path":"AC:list[value sw \"x\"]"},{"op":"remove","path":"AC:badge[value eq \"c\"]"},{"op":"remove","path":"AC:on[value co \"x\"]"},{"op":"remove","path":"AC:none[value pr]"}`, `"badge":"b","list":["a","b"],"n":4,"on":true`, ""},
	{"replace by a filter", `{"op":"replace","path":"AC:list[value eq \"a\"]","value":"c"},{"op":"replace","path":"AC:badge[value eq \"b\"]","value":"x"},{"op":"add","path":"AC:none[value eq \"y\"]","value":"z"}`, `"badge":"x","list":["c","b"],"n":4,"on":true,"none":"z"`, ""},
	{"replace by a filter of none", `{"op":"replace","path":"AC:badge[value eq \"c\"]","value":"x"},{"op":"replace","path":"AC:list[value eq \"b\"]","value":""}`, `"badge":"b","list":["a"],"n":4,"on":true`, `AC:badge[value eq "c"] noMatch`},
	{"unknown condition", `{"op":"remove","path":"AC:list[nick eq \"a\"]"}`, `"badge":"b","list":["a","b"],"n":4,"on":true`, `AC:list[nick eq "a"] unknown`},
}

func TestExtensionAttributes(t *testing.T) {
	t.Parallel()
	for _, c := range extensionCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before := user(t, acme(`"AC":{"badge":"b","list":["a","b"],"n":4,"on":true}`))
			copied := deepCopy(before).(map[string]any)
			after, ignored, err := patch.Apply(schema.Users, before, operations(t, acme(c.ops)))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, after, user(t, acme(`"AC":{`+c.want+`}`)))
			equal(t, before, copied)
			if got := reasons(ignored); got != acme(c.ignored) {
				t.Errorf("ignored %q, want %q", got, c.ignored)
			}
		})
	}
}

// An object at a path that may be an attribute or an extension is the extension
// where it says more than a value, or the request or the user calls it so.
func TestExtensionOrAttribute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, before, ops, want string }{
		{"attribute of none", ``, `{"op":"add","value":{"AC:badge":[{"$ref":null,"value":"x"}]}}`, `"AC":{"badge":"x"}`},
		{"attribute of ours", ``, `{"op":"add","path":"OWN:description","value":{"value":"x"}}`, `"OWN":{"description":"x"}`},
		{"longer extension", ``, `{"op":"add","value":{"AC:custom":{"value":"x","other":"y"}}}`, `"AC:custom":{"value":"x","other":"y"}`},
		{"longer beside shorter", `"AC":{"badge":"b"}`, `{"op":"add","value":{"AC:custom":{"other":"y"}}}`, `"AC":{"badge":"b"},"AC:custom":{"other":"y"}`},
		{"named in schemas", ``, `{"op":"add","value":{"schemas":["AC:custom"],"AC:custom":{"value":"x"}}}`, `"AC:custom":{"value":"x"}`},
		{"on the user", `"AC:custom":{"a":"1"}`, `{"op":"add","value":{"AC:custom":{"value":"x"}}}`, `"AC:custom":{"a":"1","value":"x"}`},
		{"longer than another name", ``, `{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:Crew":{"a":"1"},"urn:scim:schemas:core:1.0.Crew":{"b":"2"}}},{"op":"add","path":"urn:scim:schemas:core:1.0.Crew:c","value":"3"}`,
			`"urn:ietf:params:scim:schemas:extension:enterprise:2.0:Crew":{"a":"1"},"urn:scim:schemas:core:1.0.Crew":{"b":"2","c":"3"}`},
		{"attribute of another name", ``, `{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:manager":{"value":"m"}}}`, `"EU":{"manager":{"value":"m"}}`},
		{"text for an extension", `"AC:badge":{"value":"x"}`, `{"op":"replace","path":"AC:badge","value":"y"},{"op":"replace","path":"active","value":false}`, `"AC:badge":{"value":"x"},"AC":{"badge":"y"},"active":false`},
		{"removal of the attribute", `"AC:badge":{"value":"x"},"AC":{"badge":"b"}`, `{"op":"remove","path":"AC:badge"}`, `"AC:badge":{"value":"x"}`},
	} {
		after, _, err := patch.Apply(schema.Users, user(t, acme(c.before)), operations(t, acme(c.ops)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if want := user(t, acme(expand(c.want))); print(t, after) != print(t, want) {
			t.Errorf("%s: got %s, want %s", c.name, print(t, after), print(t, want))
		}
	}
}
