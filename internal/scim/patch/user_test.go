package patch_test

import (
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// The rows of one client's behaviour each: what was there, what is asked,
// what is there afterwards. A user always has a userName; it is left out here.
var userCases = []struct{ name, before, ops, want, ignored string }{
	{"E-050 text", `"active":true`, `{"op":"Replace","path":"active","value":"False"}`, `"active":false`, ""},
	{"E-050 add", ``, `{"op":"Add","path":"active","value":"True"}`, `"active":true`, ""},
	{"E-050 lower case", `"active":true`, `{"op":"replace","path":"active","value":"false"}`, `"active":false`, ""},
	{"E-050 boolean", `"active":true`, `{"op":"replace","path":"active","value":false}`, `"active":false`, ""},
	{"E-050 path-less", `"active":true`, `{"op":"replace","value":{"active":false}}`, `"active":false`, ""},
	{"E-050 path-less text", `"active":true`, `{"op":"replace","value":{"active":"FALSE"}}`, `"active":false`, ""},
	{"E-050 blank path", `"active":true`, `{"op":"replace","path":" ","value":{"active":"False"}}`, `"active":false`, ""},
	{"E-050 array", `"active":true`, `{"op":"replace","path":"active","value":[{"value":"False"}]}`, `"active":false`, ""},
	{"E-050 array with $ref", `"active":true`, `{"op":"replace","path":"active","value":[{"$ref":null,"value":"False"}]}`, `"active":false`, ""},
	{"E-050 primary", `"emails":[{"value":"a","type":"work"}]`, `{"op":"replace","path":"emails[type eq \"work\"].primary","value":"True"}`,
		`"emails":[{"value":"a","type":"work","primary":true}]`, ""},
	{"E-050 roles[].primary", ``, `{"op":"add","path":"roles","value":[{"value":"r","primary":"False"}]}`, `"roles":[{"value":"r","primary":false}]`, ""},
	{"E-051", `"title":"t"`, `{"op":"replace","value":{"displayName":"Ina Roth","name.givenName":"Ina","EU:employeeNumber":"4711"}}`,
		`"title":"t","displayName":"Ina Roth","name":{"givenName":"Ina"},"EU":{"employeeNumber":"4711"}`, ""},
	{"E-052", ``, `{"OP":"ADD","Path":"NICKNAME","VALUE":"Ina"},{"op":"rEPLACE","path":"NAME.GIVENNAME","value":"I"}`, `"nickName":"Ina","name":{"givenName":"I"}`, ""},
	{"E-053 add on a value", `"title":"old"`, `{"op":"Add","path":"title","value":"new"}`, `"title":"new"`, ""},
	{"E-053 replace on none", ``, `{"op":"Replace","path":"title","value":"new"}`, `"title":"new"`, ""},
	{"E-053 complex", `"name":{"familyName":"Roth","givenName":"Ines"}`, `{"op":"replace","path":"name","value":{"givenName":"Ina"}}`,
		`"name":{"familyName":"Roth","givenName":"Ina"}`, ""},
	{"E-054", `"name":{"familyName":"Roth"},"EU":{"costCenter":"c"}`, `{"op":"add","value":{"name.givenName":"Ina","name":{"middleName":"M"},"EU":{"department":"d"},"EU:division":"v"}}`,
		`"name":{"familyName":"Roth","givenName":"Ina","middleName":"M"},"EU":{"costCenter":"c","department":"d","division":"v"}`, ""},
	{"E-054 value path as key", ``, `{"op":"add","value":{"emails[type eq \"work\"].value":"a"}}`, `"emails":[{"type":"work","value":"a"}]`, ""},
	{"E-055 path", ``, `{"op":"replace","path":"CU:displayName","value":"x"}`, `"displayName":"x"`, ""},
	{"E-055 key", ``, `{"op":"replace","value":{"CU:displayName":"x","CU:name.givenName":"y"}}`, `"displayName":"x","name":{"givenName":"y"}`, ""},
	{"E-055 nested", ``, `{"op":"replace","value":{"CU":{"displayName":"x"}}}`, `"displayName":"x"`, ""},
	{"E-056", ``, `{"op":"add","path":"favouriteColour","value":"red"},{"op":"add","path":"title","value":"t"},{"op":"add","path":"emails[colour eq \"x\"].value","value":"v"}`,
		`"title":"t"`, `favouriteColour unknown, emails[colour eq "x"].value unknown`},
	{"E-056 keys", ``, `{"op":"add","value":{"__proto__":{"a":1},"a b":1,"title":"t","EU:shoeSize":"1","name":{"x":"1"}}}`, `"title":"t"`,
		`__proto__ unknown, a b unknown, name.x unknown, ` + enterprise + `:shoeSize unknown`},
	{"E-056 core schema of another type", ``, `{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:Group:displayName","value":"x"}`, ``,
		"urn:ietf:params:scim:schemas:core:2.0:Group:displayName unknown"},

	{"E-060 add to none", ``, `{"op":"Add","path":"emails[type eq \"work\"].value","value":"a"}`, `"emails":[{"type":"work","value":"a"}]`, ""},
	{"E-060 replace of none", `"emails":[{"type":"home","value":"h"}]`, `{"op":"Replace","path":"emails[type eq \"work\"].value","value":"a"}`,
		`"emails":[{"type":"home","value":"h"},{"type":"work","value":"a"}]`, ""},
	{"E-060 keeps siblings", `"emails":[{"type":"Work","value":"a","primary":true,"display":"d"}]`, `{"op":"Add","path":"emails[type eq \"work\"].value","value":"b"}`,
		`"emails":[{"type":"Work","value":"b","primary":true,"display":"d"}]`, ""},
	{"E-060 sub-attributes before the value", ``,
		`{"op":"add","path":"emails[type eq \"work\"].primary","value":"True"},{"op":"add","path":"emails[type eq \"work\"].type","value":"work"},{"op":"add","path":"emails[type eq \"work\"].value","value":"a"}`,
		`"emails":[{"type":"work","primary":true,"value":"a"}]`, ""},
	{"E-060 conjunction", ``, `{"op":"add","path":"emails[type eq \"work\" and primary eq true].value","value":"a"}`, `"emails":[{"type":"work","primary":true,"value":"a"}]`, ""},
	{"E-060 the primary of several", `"emails":[{"type":"work","value":"a"},{"type":"work","value":"b","primary":true}]`,
		`{"op":"replace","path":"emails[type eq \"work\"].value","value":"c"}`, `"emails":[{"type":"work","value":"a"},{"type":"work","value":"c","primary":true}]`, ""},
	{"E-060 the first of several", `"emails":[{"type":"work","value":"a"},{"type":"work","value":"b"}]`,
		`{"op":"replace","path":"emails[type eq \"work\"].value","value":"c"}`, `"emails":[{"type":"work","value":"c"},{"type":"work","value":"b"}]`, ""},
	{"E-060 whole element", `"emails":[{"type":"work","value":"a","primary":true}]`,
		`{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"b"}},{"op":"add","path":"emails[type eq \"home\"]","value":"h"}`,
		`"emails":[{"type":"work","value":"b","primary":true},{"type":"home","value":"h"}]`, ""},
	{"without filter", ``, `{"op":"add","path":"emails.value","value":"a"},{"op":"add","path":"emails.type","value":"work"}`, `"emails":[{"type":"work","value":"a"}]`, ""},
	{"E-061", `"phoneNumbers":[{"type":"work","value":"1"}]`,
		`{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+49 170 5550142"},{"op":"Replace","path":"phoneNumbers[type eq \"work\"].value","value":"2"},{"op":"Add","path":"phoneNumbers[type eq \"fax\"].value","value":"3"}`,
		`"phoneNumbers":[{"type":"work","value":"2"},{"type":"mobile","value":"+49 170 5550142"},{"type":"fax","value":"3"}]`, ""},
	{"E-062", ``,
		`{"op":"Add","path":"addresses[type eq \"work\"].country","value":"DE"},{"op":"Add","path":"addresses[type eq \"other\"].formatted","value":"f"},{"op":"Add","path":"addresses[type eq \"work\"].region","value":"HH"}`,
		`"addresses":[{"type":"work","country":"DE","region":"HH"},{"type":"other","formatted":"f"}]`, ""},
	{"E-063", `"roles":[{"value":"x","primary":false}]`,
		`{"op":"Add","path":"roles[primary eq \"True\"].value","value":"r"},{"op":"Add","path":"roles[primary eq \"True\"].display","value":"R"},{"op":"Add","path":"roles[primary eq \"True\"].type","value":"t"}`,
		`"roles":[{"value":"x","primary":false},{"primary":true,"value":"r","display":"R","type":"t"}]`, ""},
	{"E-067 add", `"roles":[{"value":"x"}]`, `{"op":"Add","path":"roles","value":[{"value":"{\"id\":\"r1\"}"},{"value":"y","primary":false}]}`,
		`"roles":[{"value":"x"},{"value":"{\"id\":\"r1\"}"},{"value":"y","primary":false}]`, ""},
	{"E-067 replace", `"roles":[{"value":"x"}]`, `{"op":"replace","path":"roles","value":[{"value":"y"}]}`, `"roles":[{"value":"y"}]`, ""},
	{"bare text in a list", ``, `{"op":"add","path":"roles","value":["r","s"]},{"op":"add","path":"entitlements","value":"e"}`, `"roles":[{"value":"r"},{"value":"s"}],"entitlements":[{"value":"e"}]`, ""},
	{"E-070", ``, `{"op":"Add","path":"EU:department","value":"d"}`, `"EU":{"department":"d"}`, ""},

	{"E-071 text", ``, `{"op":"Add","path":"EU:manager","value":"m"}`, `"EU":{"manager":{"value":"m"}}`, ""},
	{"E-071 object", `"EU":{"manager":{"value":"old","$ref":"r"}}`, `{"op":"replace","path":"EU:manager","value":{"value":"m","displayName":"M"}}`, `"EU":{"manager":{"value":"m"}}`,
		"manager.displayName readOnly"},
	{"E-071 value", `"EU":{"manager":{"value":"old","$ref":"r"}}`, `{"op":"replace","path":"EU:manager.value","value":"m"}`, `"EU":{"manager":{"value":"m"}}`, ""},
	{"E-071 same value", `"EU":{"manager":{"value":"m","$ref":"r"}}`, `{"op":"replace","path":"EU:manager","value":"m"}`, `"EU":{"manager":{"value":"m","$ref":"r"}}`, ""},
	{"E-071 key", ``, `{"op":"replace","value":{"EU:manager":"m"}}`, `"EU":{"manager":{"value":"m"}}`, ""},
	{"E-071 object under a key", ``, `{"op":"replace","value":{"EU:manager":{"value":"m"}}}`, `"EU":{"manager":{"value":"m"}}`, ""},
	{"E-072 empty text", `"EU":{"manager":{"value":"m","$ref":"r"}}`, `{"op":"Replace","path":"EU:manager","value":""}`, ``, ""},
	{"E-072 empty value", `"EU":{"manager":{"value":"m","$ref":"r"},"department":"d"}`, `{"op":"Replace","path":"EU:manager","value":{"value":""}}`, `"EU":{"department":"d"}`, ""},
	{"E-072 null", `"EU":{"manager":{"value":"m"}}`, `{"op":"Replace","path":"EU:manager","value":null}`, ``, ""},
	{"E-072 remove", `"EU":{"manager":{"value":"m"}}`, `{"op":"Remove","path":"EU:manager"}`, ``, ""},
	{"E-072 remove the value", `"EU":{"manager":{"value":"m","$ref":"r"}}`, `{"op":"Remove","path":"EU:manager.value"}`, ``, ""},
	{"E-073 short path", ``, `{"op":"Add","path":"manager","value":[{"$ref":"r","value":"m"}]}`, `"EU":{"manager":{"value":"m","$ref":"r"}}`, ""},
	{"E-073 dot", ``, `{"op":"Add","path":"EU.manager","value":"m"}`, `"EU":{"manager":{"value":"m"}}`, ""},

	{"E-080 attribute", `"title":"t","nickName":"n"`, `{"op":"remove","path":"TITLE"}`, `"nickName":"n"`, ""},
	{"E-080 element", `"phoneNumbers":[{"type":"fax","value":"1"},{"type":"work","value":"2"}]`, `{"op":"remove","path":"phoneNumbers[type eq \"fax\"]"}`, `"phoneNumbers":[{"type":"work","value":"2"}]`, ""},
	{"E-080 sub-attribute", `"addresses":[{"type":"work","region":"r","country":"c"}]`, `{"op":"remove","path":"addresses[type eq \"work\"].region"}`, `"addresses":[{"type":"work","country":"c"}]`, ""},
	{"E-080 last sub-attribute", `"addresses":[{"type":"work","region":"r"},{"type":"home","region":"r"}]`, `{"op":"remove","path":"addresses[type eq \"work\"].region"}`, `"addresses":[{"type":"home","region":"r"}]`, ""},
	{"E-080 of a single complex", `"name":{"givenName":"g","familyName":"f"}`, `{"op":"remove","path":"name.givenName"}`, `"name":{"familyName":"f"}`, ""},
	{"E-080 empty list", `"emails":[{"value":"a"}]`, `{"op":"replace","path":"emails","value":[]}`, ``, ""},
	{"E-080 extension", `"EU":{"department":"d"}`, `{"op":"remove","path":"EU"}`, ``, ""},
	{"remove of listed values", `"emails":[{"value":"a","type":"work"},{"value":"b","type":"home"},{"value":"c"}]`,
		`{"op":"remove","path":"emails","value":[{"value":"A"},{"value":"b","type":"work"},"c"]}`, `"emails":[{"value":"b","type":"home"}]`, ""},
	{"remove of listed addresses", `"addresses":[{"type":"work","region":"r"},{"type":"home","region":"r"}]`,
		`{"op":"remove","path":"addresses","value":[{"type":"home","region":"R"}]}`, `"addresses":[{"type":"work","region":"r"}]`, ""},
	{"remove of the listed types", `"addresses":[{"type":"work","region":"r"},{"type":"home","region":"r"}]`,
		`{"op":"remove","path":"addresses","value":[{"type":"WORK"}]}`, `"addresses":[{"type":"home","region":"r"}]`, ""},
	{"remove of an empty list", `"emails":[{"value":"a"}]`, `{"op":"remove","path":"emails","value":[]}`, `"emails":[{"value":"a"}]`, ""},
	{"E-081", `"emails":[{"type":"work","value":"a"}]`, `{"op":"remove","path":"emails[type eq \"home\"]"},{"op":"remove","path":"ims[type eq \"x\"].value"},{"op":"add","path":"title","value":"t"}`,
		`"emails":[{"type":"work","value":"a"}],"title":"t"`, ""},
	{"E-082 texts", `"title":"t","emails":[{"type":"work","value":"a","primary":true}],"name":{"givenName":"g"},"EU":{"department":"d"},"active":true`,
		`{"op":"replace","path":"title","value":""},{"op":"replace","path":"emails[type eq \"work\"].value","value":""},{"op":"replace","value":{"name.givenName":"","EU:department":"","active":""}}`, ``, ""},
	{"E-082 nulls", `"title":"t","emails":[{"type":"work","value":"a"}],"name":{"givenName":"g"},"EU":{"department":"d"}`,
		`{"op":"replace","path":"title","value":null},{"op":"replace","path":"emails[type eq \"work\"].value","value":null},{"op":"replace","value":{"name":null,"EU":null}}`, ``, ""},
	{"E-082 of several", `"emails":[{"type":"work","value":"a","primary":true},{"type":"work","value":"b"},{"value":"c"}],"roles":[{"value":"r"},{"value":"s"}],"ims":[{"value":"i","type":"x"},{"value":"j","type":"x"}],"entitlements":[{"value":"e"}]`,
		`{"op":"replace","path":"emails[type eq \"work\"].value","value":""},{"op":"replace","path":"roles.value","value":null},{"op":"replace","path":"ims[type eq \"x\"]","value":{"value":""}},{"op":"add","path":"entitlements.value","value":null}`,
		`"emails":[{"value":"c"}],"entitlements":[{"value":"e"}]`, ""},
	{"E-082 what is empty already", ``, `{"op":"replace","path":"title","value":""},{"op":"add","path":"emails[type eq \"work\"].value","value":null},{"op":"replace","path":"emails[type eq \"work\"]","value":{}}`, ``, ""},
	{"add of an empty list", `"emails":[{"value":"a"}]`, `{"op":"add","path":"emails","value":[]},{"op":"add","value":{"emails":[{}]}}`, `"emails":[{"value":"a"}]`, ""},
	{"E-084 twice", `"emails":[{"type":"work","value":"a"}]`, `{"op":"add","path":"emails","value":[{"type":"work","value":"A","primary":true},{"type":"work","value":"a"}]}`,
		`"emails":[{"type":"work","value":"a","primary":true}]`, ""},
	{"E-084 certificates are case-exact", ``, `{"op":"add","path":"x509Certificates","value":[{"value":"QQ=="},{"value":"qq=="},{"value":"QQ=="}]}`, `"x509Certificates":[{"value":"QQ=="},{"value":"qq=="}]`, ""},
	{"E-084 order", `"title":"a"`, `{"op":"remove","path":"title"},{"op":"add","path":"title","value":"b"},{"op":"replace","path":"title","value":"c"}`, `"title":"c"`, ""},
	{"one value twice", `"emails":[{"value":"a"},{"value":"b"}]`, `{"op":"replace","path":"emails[value eq \"b\"].value","value":"a"}`, `"emails":[{"value":"a"}]`, ""},
	{"E-086", `"groups":[{"value":"g"}],"id":"1","meta":{"version":"v"}`,
		`{"op":"replace","path":"id","value":"2","name":"x"},{"op":"replace","value":{"meta":{"version":"w"},"groups":[],"schemas":["x"]}},{"op":"remove","path":"groups"},{"op":"add","path":"password","value":"p"}`,
		`"groups":[{"value":"g"}],"id":"1","meta":{"version":"v"}`, "id readOnly, groups readOnly, meta readOnly, groups readOnly, password notStored"},
	{"E-088", ``, `{"op":"replace","path":"userName","value":"ines@harbor.example"}`, `"userName":"ines@harbor.example"`, ""},

	{"only one is primary", `"emails":[{"value":"a","primary":true},{"value":"b"}]`, `{"op":"add","path":"emails","value":[{"value":"c","primary":true}]}`,
		`"emails":[{"value":"a","primary":false},{"value":"b"},{"value":"c","primary":true}]`, ""},
	{"only one is primary through a path", `"emails":[{"value":"a","primary":true},{"value":"b"}]`, `{"op":"replace","path":"emails[value eq \"b\"].primary","value":true}`,
		`"emails":[{"value":"a","primary":false},{"value":"b","primary":true}]`, ""},
	{"an earlier one becomes primary", `"emails":[{"value":"a"},{"value":"b","primary":true}]`, `{"op":"replace","path":"emails[value eq \"a\"].primary","value":true}`,
		`"emails":[{"value":"a","primary":true},{"value":"b","primary":false}]`, ""},
	{"values as they are", ``, `{"op":"add","path":"title","value":" A  b\t"},{"op":"add","path":"XU:size","value":1.50}`, `"title":" A  b\t","XU":{"size":1.50}`, ""},

	{"custom extension by path", ``, `{"op":"add","path":"XU:berth","value":"7"},{"op":"replace","path":"urn:acme:ext:badge","value":true}`, `"XU":{"berth":"7"},"urn:acme:ext":{"badge":true}`, ""},
	{"custom extension in any case", `"urn:acme:ext":{"badge":"1"}`, `{"op":"add","path":"URN:Acme:Ext:BADGE","value":"2"}`, `"urn:acme:ext":{"badge":"2"}`, ""},
	{"custom extension as object", `"urn:acme:ext":{"a":"1"}`, `{"op":"add","value":{"urn:acme:ext":{"b":["x",1],"c":null,"a":""},"XU":{"d":false}}}`, `"urn:acme:ext":{"b":["x",1]},"XU":{"d":false}`, ""},
	{"custom extension removed", `"urn:acme:ext":{"a":"1"},"XU":{"d":"1","e":"2"}`, `{"op":"remove","path":"urn:acme:ext:A"},{"op":"remove","path":"XU:d"}`, `"XU":{"e":"2"}`, ""},
	{"custom extension removed whole", `"XU":{"d":"1"}`, `{"op":"remove","path":"XU"}`, ``, ""},
	{"custom extension with a version at the end", `"urn:acme:ext:1.0":{"a":"1"}`, `{"op":"add","value":{"urn:acme:ext:1.0":{"b":"2"}}},{"op":"add","path":"urn:acme:ext:1.0:c","value":"3"}`,
		`"urn:acme:ext:1.0":{"a":"1","b":"2","c":"3"}`, ""},
	{"custom extension unset whole", `"urn:acme:ext":{"a":"1"},"urn:acme:other:1.0":{"a":"1"}`, `{"op":"replace","value":{"urn:acme:ext":null}},{"op":"remove","path":"urn:Acme:other:1.0"}`, ``, ""},
	{"custom extension needs a URN", ``, `{"op":"add","value":{"urn:acme":{"a":"1"},"urn:acme:a":"1","urn:acme:e\u00e9":{"a":"1"}}}`, ``, "urn:acme:a unknown, urn:acme:a unknown, urn:acme:eé unknown"},
	{"custom attributes are simple", ``, `{"op":"add","value":{"XU":{"a":[{"b":1}],"g":{"h":"i"}},"XU:c.d":"x","XU:e[f pr]":"x"}}`, ``,
		custom + ":a notSimple, " + custom + ":g notSimple, " + custom + ":c.d unknown, " + custom + ":e[f pr] unknown"},
}

func user(t *testing.T, attributes string) map[string]any {
	u := decode(t, "{"+attributes+"}")
	if u["userName"] == nil {
		u["userName"] = "ines"
	}
	return u
}

func TestUsers(t *testing.T) {
	t.Parallel()
	for _, c := range userCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before, ops := user(t, c.before), operations(t, c.ops)
			after, ignored, err := patch.Apply(schema.Users, before, ops)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, after, user(t, c.want))
			equal(t, before, user(t, c.before))
			if got := reasons(ignored); got != c.ignored {
				t.Errorf("ignored %q, want %q", got, c.ignored)
			}
			again, _, err := patch.Apply(schema.Users, after, ops)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, again, after)
		})
	}
}

func TestUsersRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, ops string
		want      patch.Type
	}{
		{"E-050", `{"op":"replace","path":"active","value":"no"}`, patch.InvalidValue},
		{"E-050 number", `{"op":"replace","path":"active","value":0}`, patch.InvalidValue},
		{"E-050 primary", `{"op":"add","path":"emails","value":[{"value":"a","primary":"yes"}]}`, patch.InvalidValue},
		{"E-083 empty", `{"op":"replace","path":"userName","value":""}`, patch.InvalidValue},
		{"E-083 null", `{"op":"replace","value":{"userName":null}}`, patch.InvalidValue},
		{"E-083 remove", `{"op":"remove","path":"userName"}`, patch.InvalidValue},
		{"E-085", `{"op":"add","path":"title","value":"t"},{"op":"add","path":"title","value":true}`, patch.InvalidValue},
		{"noTarget", `{"op":"replace","path":"emails[type ne \"work\"].value","value":"a"}`, patch.NoTarget},
		{"noTarget or", `{"op":"replace","path":"emails[type eq \"a\" or type eq \"b\"].value","value":"a"}`, patch.NoTarget},
		{"noTarget contradiction", `{"op":"add","path":"emails[type eq \"a\" and type eq \"b\"].value","value":"a"}`, patch.NoTarget},
		{"path", `{"op":"add","path":"emails[type eq ].value","value":"a"}`, patch.InvalidPath},
		{"filter on a boolean", `{"op":"add","path":"emails[primary eq \"maybe\"].value","value":"a"}`, patch.InvalidFilter},
		{"order of booleans", `{"op":"add","path":"emails[primary gt true].value","value":"a"}`, patch.InvalidFilter},
		{"order of null", `{"op":"remove","path":"emails[value gt null]"}`, patch.InvalidFilter},
		{"text without path", `{"op":"add","value":"x"}`, patch.InvalidValue},
		{"text for a complex attribute", `{"op":"add","path":"name","value":"Ina"}`, patch.InvalidValue},
		{"text for an address", `{"op":"add","path":"addresses","value":["street"]}`, patch.InvalidValue},
		{"object for text", `{"op":"add","path":"title","value":{"a":"b"}}`, patch.InvalidValue},
		{"two values", `{"op":"add","path":"title","value":["a","b"]}`, patch.InvalidValue},
		{"NUL", `{"op":"add","path":"title","value":"a\u0000"}`, patch.InvalidValue},
		{"NUL in an element", `{"op":"add","path":"emails","value":[{"value":"a\u0000"}]}`, patch.InvalidValue},
		{"NUL in a filter", `{"op":"add","path":"emails[type eq \"\\u0000\"].value","value":"a"}`, patch.NoTarget},
		{"NUL in a custom extension", `{"op":"add","path":"XU:a","value":["a\u0000"]}`, patch.InvalidValue},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before := user(t, `"emails":[{"value":"a","display":"x"}]`)
			delete(before, "emails")
			after, ignored, err := patch.Apply(schema.Users, before, operations(t, c.ops))
			if typeOf(err) != c.want || after != nil || ignored != nil {
				t.Errorf("got %v, %v, %v", after, ignored, err)
			}
			equal(t, before, user(t, ``))
		})
	}
}

// A caller may go on using the operations.
func TestResultSharesNothing(t *testing.T) {
	t.Parallel()
	list := []any{"a"}
	after, _, err := patch.Apply(schema.Users, user(t, ""), []patch.Operation{{Op: patch.Add, Path: custom + ":list", Value: list}})
	if err != nil {
		t.Fatal(err)
	}
	list[0] = "b"
	equal(t, after, user(t, `"XU":{"list":["a"]}`))
}

// Strings that did not come through Decode may hold anything.
func TestInvalidUTF8(t *testing.T) {
	t.Parallel()
	_, _, err := patch.Normalize(schema.Users, map[string]any{"userName": "a\xff"})
	if typeOf(err) != patch.InvalidValue {
		t.Errorf("got %v", err)
	}
}
