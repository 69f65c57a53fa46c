package patch_test

import (
	"testing"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// What users of other servers reported, a row each as in userCases.
var reportedCases = []struct{ name, before, ops, want, ignored string }{
	{"E-211 list", `"emails":[{"value":"a"}],"roles":[{"value":"r"}],"entitlements":[{"value":"e"}]`,
		`{"op":"add","path":"emails","value":null},{"op":"add","path":"roles","value":""},{"op":"add","value":{"entitlements":null,"EU":null}}`,
		`"emails":[{"value":"a"}],"roles":[{"value":"r"}],"entitlements":[{"value":"e"}]`, ""},
	{"E-211 element", `"emails":[{"value":"a","type":"work"}]`, `{"op":"add","path":"emails[type eq \"work\"]","value":null}`, `"emails":[{"value":"a","type":"work"}]`, ""},
	{"E-211 object", `"name":{"givenName":"g"},"EU":{"department":"d"}`, `{"op":"add","path":"name","value":null},{"op":"add","path":"EU","value":""},{"op":"add","value":{"name":""}}`,
		`"name":{"givenName":"g"},"EU":{"department":"d"}`, ""},
	{"E-211 other extension", `"urn:acme:ext:1.0":{"list":["a"],"text":"t"}`, `{"op":"add","path":"urn:acme:ext:1.0:list","value":null},{"op":"add","path":"urn:acme:ext:1.0","value":null}`,
		`"urn:acme:ext:1.0":{"list":["a"],"text":"t"}`, ""},
	{"E-211 one text", `"title":"t","name":{"givenName":"g"},"EU":{"manager":{"value":"m"}},"urn:acme:ext:1.0":{"text":"t"}`,
		`{"op":"add","path":"title","value":null},{"op":"add","value":{"name":{"givenName":""},"EU:manager":"","urn:acme:ext:1.0:text":null}}`, ``, ""},

	{"E-212 object", ``, `{"op":"add","value":{"OL":{"department":"d","manager":{"value":"m"}}}}`, `"EU":{"department":"d","manager":{"value":"m"}}`, ""},
	{"E-212 paths", ``, `{"op":"add","path":"OL:department","value":"d"},{"op":"add","path":"OL:manager.value","value":"m"},{"op":"replace","value":{"OL:division":"v"}}`,
		`"EU":{"department":"d","division":"v","manager":{"value":"m"}}`, ""},
	{"E-212 as the whole", `"EU":{"department":"d"}`, `{"op":"replace","path":"OL","value":[{"division":"v"}]}`, `"EU":{"department":"d","division":"v"}`, ""},
	{"E-212 removed", `"EU":{"department":"d"},"title":"t"`, `{"op":"remove","path":"urn:SCIM:schemas:extension:enterprise:2.0"}`, `"title":"t"`, ""},
	{"E-212 of version 1", ``, `{"op":"add","path":"urn:scim:schemas:extension:enterprise:1.0:department","value":"d"},{"op":"add","path":"urn:scim:schemas:core:1.0:title","value":"t"}`,
		`"title":"t","EU":{"department":"d"}`, ""},
	{"E-212 without the type", ``, `{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0":{"department":"d"},"urn:ietf:params:scim:schemas:core:2.0:title":"t"}}`,
		`"title":"t","EU":{"department":"d"}`, ""},

	{"E-213", ``, `{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0.department","value":"d"},{"op":"add","path":"OL.manager.value","value":"m"},{"op":"add","value":{"urn:x:acme:1.0.badge":"7"}}`,
		`"EU":{"department":"d","manager":{"value":"m"}},"urn:x:acme:1.0":{"badge":"7"}`, ""},
	{"E-213 in front of the type", `"EU":{"costCenter":"c"}`, `{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0.User:department","value":"d"},{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0.user.manager.value","value":"m"},{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0.User":{"division":"v"},"urn:ietf:params:scim:schemas:core:2.0.User:title":"t","urn:ietf:params:scim:schemas:core:2.0.User.name.givenName":"g"}}`,
		`"EU":{"department":"d","division":"v","costCenter":"c","manager":{"value":"m"}},"title":"t","name":{"givenName":"g"}`, ""},
	{"E-213 removed", `"EU":{"department":"d","division":"v"},"urn:x:acme:1.0:User":{"badge":"7"}`, `{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0.User.department"},{"op":"remove","path":"urn:x:acme:1.0.User"}`, `"EU":{"division":"v"}`, ""},
	{"E-213 no type", ``, `{"op":"add","path":"urn:x:acme:1.0.users","value":"7"},{"op":"add","path":"urn:x:acme:10.User:badge","value":"7"}`, `"urn:x:acme:1.0":{"users":"7"},"urn:x:acme:10.User":{"badge":"7"}`, ""},
	{"E-213 not to be read so", ``, `{"op":"add","path":"urn:x:acme:1.0.7","value":"d"},{"op":"add","path":"urn:x:acme:1.0.a/b","value":"d"},{"op":"add","path":"title","value":"t"}`,
		`"title":"t"`, "urn:x:acme:1.0.7 unknown, urn:x:acme:1.0.a/b unknown"},

	{"E-214", `"title":"o"`, `{"op":"add","path":"cost/unit","value":"1"},{"op":"replace","path":"Custom Field","value":"1"},{"op":"remove","path":"foo.bar.baz"},{"op":"add","path":"naïve","value":"1"},{"op":"add","path":"Driver's licence","value":"1"},{"op":"add","path":"1st","value":"1"},{"op":"replace","path":"title","value":"t"}`,
		`"title":"t"`, `cost/unit unknown, Custom Field unknown, foo.bar.baz unknown, naïve unknown, Driver's licence unknown, 1st unknown`},

	{"E-215 remove", `"EU":{"manager":{"value":"x"}},"name":{"familyName":"R","givenName":"I"},"title":"t"`,
		`{"op":"remove","path":"manager[value eq \"x\"]"},{"op":"remove","path":"name[familyName eq \"r\"].givenName"},{"op":"remove","path":"title[value eq \"t\"]"},{"op":"replace","path":"active","value":false}`,
		`"name":{"familyName":"R"},"active":false`, ""},
	{"E-215 remove of another", `"EU":{"manager":{"value":"x"}},"title":"t"`, `{"op":"remove","path":"EU:manager[value eq \"y\"]"},{"op":"remove","path":"title[value sw \"x\"]"}`,
		`"EU":{"manager":{"value":"x"}},"title":"t"`, ""},
	{"E-215 replace", `"EU":{"manager":{"value":"x"}},"name":{"familyName":"R"}`, `{"op":"replace","path":"manager[value eq \"x\"].value","value":"x"},{"op":"replace","path":"name[familyName eq \"R\"]","value":{"givenName":"I"}}`,
		`"EU":{"manager":{"value":"x"}},"name":{"familyName":"R","givenName":"I"}`, ""},
	{"E-215 replace of another", `"EU":{"manager":{"value":"x"}},"name":{"familyName":"R"}`, `{"op":"replace","path":"manager[value eq \"y\"]","value":"z"},{"op":"add","path":"name[givenName pr].familyName","value":"S"},{"op":"replace","path":"active","value":"False"}`,
		`"EU":{"manager":{"value":"x"}},"name":{"familyName":"R"},"active":false`, `manager[value eq "y"] noMatch, name[givenName pr].familyName noMatch`},
	{"E-215 replace of none", ``, `{"op":"replace","path":"name[givenName eq \"I\"].familyName","value":"R"}`, `"name":{"givenName":"I","familyName":"R"}`, ""},
	{"E-215 unknown", ``, `{"op":"replace","path":"name[nick eq \"I\"].familyName","value":"R"}`, ``, `name[nick eq "I"].familyName unknown`},

	{"E-216", `"emails":[{"value":"a","type":"work"}]`, `{"op":"replace","path":"emails[type eq \"work\"]","value":[{"value":"b"}]},{"op":"add","path":"EU","value":[{"department":"d"}]},{"op":"replace","value":[{"title":"t","urn:acme:ext:1.0":[{"a":"1"}],"CU":[{"nickName":"n"}]}]}`,
		`"emails":[{"value":"b","type":"work"}],"EU":{"department":"d"},"title":"t","nickName":"n","urn:acme:ext:1.0":{"a":"1"}`, ""},
	{"E-216 null", `"name":{"givenName":"g"},"phoneNumbers":[{"type":"work","value":"1"}],"EU":{"manager":{"value":"m"},"department":"d"},"urn:acme:ext:1.0":{"a":"1"}`,
		`{"op":"replace","path":"EU:manager","value":[null]},{"op":"replace","path":"name","value":[null]},{"op":"replace","path":"phoneNumbers[type eq \"work\"]","value":[null]},{"op":"replace","path":"urn:acme:ext:1.0","value":[""]},{"op":"replace","value":{"EU":[null]}}`,
		``, ""},
	{"E-216 null added", `"name":{"givenName":"g"},"phoneNumbers":[{"type":"work","value":"1"}],"EU":{"manager":{"value":"m"},"department":"d"}`,
		`{"op":"add","path":"EU:manager","value":[null]},{"op":"add","path":"name","value":[""]},{"op":"add","path":"phoneNumbers[type eq \"work\"]","value":[null]},{"op":"add","path":"EU","value":[null]}`,
		`"name":{"givenName":"g"},"phoneNumbers":[{"type":"work","value":"1"}],"EU":{"department":"d"}`, ""},
	{"E-216 of an envelope without value", `"title":"t","active":true`, `{"op":"replace","path":"title","value":[{"$ref":null,"value":null}]},{"op":"replace","path":"active","value":{"value":""}}`, ``, ""},

	{"E-212 beside nothing", ``, `{"op":"replace","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0":{"department":"d"},"urn:IETF:params:scim:schemas:extension:ENTERPRISE:1.0:User":{"division":"v"},"EU":{}}}`,
		`"EU":{"department":"d","division":"v"}`, ""},
	{"E-212 beside what is empty", ``, `{"op":"replace","value":{"OL":{"department":"d","manager":"m"},"EU":{"department":null,"manager":{"value":""}},"TITLE":"t","title":"","name":{"givenName":"g"},"NAME":null}}`,
		`"EU":{"department":"d","manager":{"value":"m"}},"title":"t","name":{"givenName":"g"}`, ""},

	{"E-218", `"roles":[{"value":"r"}],"emails":[{"value":"a"}],"addresses":[{"region":"r"}]`,
		`{"op":"remove","path":"roles","value":""},{"op":"remove","path":"emails","value":null},{"op":"remove","path":"addresses","value":""}`, ``, ""},
	{"E-218 names nothing", `"roles":[{"value":"r"}],"urn:acme:ext:1.0":{"list":["a"]}`, `{"op":"remove","path":"roles","value":[]},{"op":"remove","path":"roles","value":{}},{"op":"remove","path":"roles","value":[null]},{"op":"remove","path":"urn:acme:ext:1.0:list","value":[]}`,
		`"roles":[{"value":"r"}],"urn:acme:ext:1.0":{"list":["a"]}`, ""},
	{"E-218 of another extension", `"urn:acme:ext:1.0":{"list":["a",1,"c"],"other":["x"]}`, `{"op":"remove","path":"urn:acme:ext:1.0:list","value":["A",1,"y"]},{"op":"remove","path":"urn:acme:ext:1.0:other","value":""}`,
		`"urn:acme:ext:1.0":{"list":["c"]}`, ""},

	{"E-221", ``, `{"op":"add","value":{"EU":{"employeeNumber":4711,"manager":7},"title":1.50,"userName":12,"name":{"givenName":1e3},"externalId":0,"emails":[{"value":5,"type":6}],"roles":[8]}}`,
		`"userName":"12","externalId":"0","title":"1.50","name":{"givenName":"1e3"},"emails":[{"value":"5","type":"6"}],"roles":[{"value":"8"}],"EU":{"employeeNumber":"4711","manager":{"value":"7"}}`, ""},
	{"E-221 path", `"emails":[{"value":"5","type":"work"}]`, `{"op":"add","path":"EU:employeeNumber","value":4711},{"op":"replace","path":"emails[value eq 5].display","value":-6},{"op":"add","path":"costCenter","value":[{"value":9}]}`,
		`"emails":[{"value":"5","type":"work","display":"-6"}],"EU":{"employeeNumber":"4711","costCenter":"9"}`, ""},
}

func TestReported(t *testing.T) {
	t.Parallel()
	for _, c := range reportedCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before, ops := user(t, oneLogin(c.before)), operations(t, oneLogin(c.ops))
			after, ignored, err := patch.Apply(schema.Users, before, ops)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, after, user(t, oneLogin(c.want)))
			if got := reasons(ignored); got != c.ignored {
				t.Errorf("ignored %q, want %q", got, c.ignored)
			}
		})
	}
}

func TestReportedRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, ops string
		want      patch.Type
	}{
		{"E-214 a broken filter", `{"op":"add","path":"cost[unit eq","value":"1"}`, patch.InvalidPath},
		{"E-214 a broken filter as key", `{"op":"add","value":{"emails[type eq ].value":"1"}}`, patch.InvalidPath},
		{"E-214 a filter without brackets as key", `{"op":"add","value":{"title eq \"x\"":"t"}}`, patch.InvalidPath},
		{"E-214 a filter in parentheses as key", `{"op":"add","value":{"emails(type eq work)":"t"}}`, patch.InvalidPath},
		{"E-214 a filter without brackets", `{"op":"remove","path":"emails type eq work"}`, patch.InvalidPath},
		{"E-221 boolean", `{"op":"add","path":"title","value":true}`, patch.InvalidValue},
		{"E-221 object", `{"op":"add","path":"EU:employeeNumber","value":{"a":4711}}`, patch.InvalidValue},
		{"E-221 list", `{"op":"add","path":"EU:employeeNumber","value":[4711,4712]}`, patch.InvalidValue},
		{"E-221 for true or false", `{"op":"add","path":"active","value":1}`, patch.InvalidValue},
		{"E-221 binary", `{"op":"add","path":"x509Certificates","value":[{"value":1}]}`, patch.InvalidValue},
		{"E-019 path", `{"op":"add","path":"'title'","value":"t"}`, patch.InvalidPath},
		{"E-019 typographic path", `{"op":"add","path":"“title”","value":"t"}`, patch.InvalidPath},
		{"E-019 key", `{"op":"replace","value":{"'active'":false}}`, patch.InvalidPath},
		{"E-019 typographic key", `{"op":"add","value":{"“title”":"t"}}`, patch.InvalidPath},
		{"E-019 escaped key", `{"op":"add","value":{"&quot;title&quot;":"t"}}`, patch.InvalidPath},
		{"E-019 key with one mark", `{"op":"add","value":{"active'":"t"}}`, patch.InvalidPath},
		{"E-216 two", `{"op":"add","value":[{"title":"t"},{"title":"u"}]}`, patch.InvalidValue},
	} {
		after, _, err := patch.Apply(schema.Users, user(t, ``), operations(t, c.ops))
		if typeOf(err) != c.want || after != nil {
			t.Errorf("%s: got %v, %v", c.name, after, err)
		}
	}
}

// E-231: a list whose elements have other names than the attribute's is not taken
// for an empty one.
func TestMisnamedElements(t *testing.T) {
	t.Parallel()
	const before = `"emails":[{"value":"a","type":"work"}],"addresses":[{"type":"work","region":"r"}]`
	for _, op := range []string{
		`{"op":"replace","path":"emails","value":[{"values":"b"}]}`, `{"op":"replace","path":"emails","value":{"address":"b","type":"work"}}`,
		`{"op":"replace","value":{"emails":[{"mail":"b"},{}]}}`, `{"op":"replace","path":"addresses","value":[{"type":"work","street":"s"}]}`,
		`{"op":"replace","path":"emails","value":[{"value":""},{"mail":"b"}]}`,
	} {
		if after, _, err := patch.Apply(schema.Users, user(t, before), operations(t, op)); typeOf(err) != patch.InvalidValue {
			t.Errorf("%s: got %v, %v", op, after, err)
		}
	}
	for op, want := range map[string]string{
		`{"op":"replace","path":"emails","value":[{"value":"","other":"x"}]}`:      `"addresses":[{"type":"work","region":"r"}]`,
		`{"op":"replace","path":"emails","value":[{"value":"b"},{"mail":"c"}]}`:    `"emails":[{"value":"b"}],"addresses":[{"type":"work","region":"r"}]`,
		`{"op":"replace","path":"emails","value":[{"type":"work","value":null}]}`:  `"addresses":[{"type":"work","region":"r"}]`,
		`{"op":"replace","path":"addresses","value":[{"region":"","street":"s"}]}`: `"emails":[{"value":"a","type":"work"}]`,
		`{"op":"replace","path":"ims","value":[{"values":"x"}]}`:                   before,
		`{"op":"add","path":"emails","value":[{"values":"x"}]}`:                    before,
	} {
		after, _, err := patch.Apply(schema.Users, user(t, before), operations(t, op))
		if err != nil {
			t.Errorf("%s: %v", op, err)
		}
		equal(t, after, user(t, want))
	}
}

// E-210: a client that loses a false must be told.
func TestMissingValue(t *testing.T) {
	t.Parallel()
	for _, op := range []string{
		`{"op":"replace","path":"members"}`, `{"op":"add","path":"emails"}`, `{"op":"replace","path":"active"}`, `{"op":"replace","path":"active","values":false}`,
		`{"op":"Add","path":"emails[type eq \"work\"].value"}`, `{"op":"replace","path":"nonsense"}`, `{"op":"replace"}`, `{"op":"add","path":"members[value eq \"u1\"]"}`,
	} {
		if ops, err := patch.DecodeRequest([]byte(`{"Operations":[{"op":"add","path":"title","value":"t"},` + op + `]}`)); typeOf(err) != patch.InvalidValue {
			t.Errorf("%s: got %v, %v", op, ops, err)
		}
	}
	for _, op := range []string{`{"op":"remove","path":"title"}`, `{"op":"replace","path":"title","value":null}`, `{"op":"add","path":"title","VALUE":null}`} {
		if _, err := patch.DecodeRequest([]byte(`{"Operations":[` + op + `]}`)); err != nil {
			t.Errorf("%s: %v", op, err)
		}
	}
}

// E-217: any filter that says which members may also say what they are.
func TestConditionsOnMembers(t *testing.T) {
	t.Parallel()
	u, g := schematype.NewID(schematype.TypeUser).String(), schematype.NewID(schematype.TypeGroup).String()
	for _, c := range []struct{ filter, want string }{
		{`type eq \"User\" and value eq \"` + u + `\"`, "remove " + u},
		{`value eq \"` + u + `\" and type eq \"user\"`, "remove " + u},
		{`value eq \"` + u + `\" and type eq \"Group\"`, ""},
		{`type ne \"User\" and value eq \"` + g + `\"`, "remove " + g},
		{`value eq \"` + u + `\" and display eq \"Ada\"`, "remove " + u},
		{`display eq \"Ada\" and (value eq \"` + u + `\" and type pr)`, "remove " + u},
		{`value eq \"` + u + `\" and $ref eq \"https://x.example/v2/Users/` + u + `\"`, "remove " + u},
		{`$ref eq \"https://x.example/v2/Groups/` + g + `\"`, "remove " + g},
		{`$ref eq \"https://x.example/v2/Users/` + u + `\" and type eq \"User\"`, "remove " + u},
		{`type eq \"User\" and (value eq \"` + u + `\" or value eq \"` + g + `\")`, "remove " + u},
		{`(type eq \"User\" and value eq \"` + u + `\") or (type eq \"Group\" and value eq \"` + g + `\")`, "remove " + u + " " + g},
		{`value eq \"` + u + `\" and not (type eq \"User\")`, ""},
		{`value eq \"` + u + `\" and value eq \"` + g + `\"`, ""},
	} {
		got, _, err := patch.SplitMembers(operations(t, `{"op":"remove","path":"members[`+c.filter+`]"}`))
		if err != nil || steps(t, got) != c.want {
			t.Errorf("%s: got %s, %v; want %s", c.filter, steps(t, got), err, c.want)
		}
	}
	if _, _, err := patch.SplitMembers(operations(t, `{"op":"add","path":"members[value eq \"`+u+`\" and type eq \"Group\"]","value":{"value":"`+u+`"}}`)); typeOf(err) != patch.NoTarget {
		t.Errorf("a user as a group: got %v", err)
	}
}

func TestReportedMembers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, ops, want, ignored string }{
		{"E-211", `{"op":"add","path":"members","value":null},{"op":"add","value":{"members":""}},{"op":"add","path":"members[value eq \"u1\"]","value":null}`, ``, ""},
		{"E-214", `{"op":"add","path":"Custom Field","value":"x"},{"op":"add","path":"members","value":"u1"}`, `attributes add Custom Field "x"; add u1`, ""},
		{"E-216", `{"op":"add","value":[{"displayName":"D","members":["u1"],"GU":[{"members":["u2"]}]}]}`, `attributes add  {"displayName":"D","GU":{}}; add u1 u2`, ""},
		{"E-218 no value", `{"op":"remove","path":"members","value":""}`, `clear`, ""},
		{"E-218 null", `{"op":"remove","path":"members","value":null}`, `clear`, ""},
		{"E-218 nobody", `{"op":"remove","path":"members","value":[]},{"op":"remove","path":"members","value":{}}`, ``, ""},
		{"E-233 null", `{"op":"replace","path":"members","value":null},{"op":"replace","value":{"members":""}}`, `clear; clear`, ""},
		{"E-233 other keys", `{"op":"add","value":{"'nickname'":"x","member":"y","my members":"z"}}`, `attributes add  {"'nickname'":"x","member":"y","my members":"z"}`, ""},
	} {
		got, ignored, err := patch.SplitMembers(operations(t, groupURN(c.ops)))
		if err != nil || steps(t, got) != groupURN(c.want) || reasons(ignored) != c.ignored {
			t.Errorf("%s: got %s, ignored %s, %v", c.name, steps(t, got), reasons(ignored), err)
		}
	}
}

// E-232: of members nothing is passed over, in a path, in a key or in a condition.
func TestMembersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, op := range []string{
		`{"op":"remove","path":"members."}`, `{"op":"remove","path":"members/u1"}`, `{"op":"remove","path":"members value"}`, `{"op":"remove","path":"members.value.x"}`,
		`{"op":"remove","path":"members.nick"}`, `{"op":"add","path":"members[value eq \"u1\"].nick","value":"x"}`,
		`{"op":"replace","value":{"members/u1":["u1"]}}`, `{"op":"add","value":{"members.":["u1"]}}`, `{"op":"add","value":{"members x":"u1"}}`, `{"op":"add","value":{"GU":{"MEMBERS/x":"u1"}}}`,
		`{"op":"remove","path":"members:u1"}`, `{"op":"remove","path":"members,displayName"}`, `{"op":"add","value":{"GU:members#1":"u1"}}`, `{"op":"add","value":{"'members'":["u1"]}}`, `{"op":"add","value":{"“members”":["u1"]}}`, `{"op":"add","value":{"GU:members/x":["u1"]}}`, `{"op":"add","value":{"members[value eq ":["u1"]}}`,
		`{"op":"remove","path":"members[nick eq \"u1\"]"}`, `{"op":"remove","path":"members[urn:x:value eq \"u1\"]"}`, `{"op":"remove","path":"members[value eq \"u1\" and nick eq 4]"}`,
		`{"op":"remove","path":"members[urn:ietf:params:scim:schemas:core:2.0:User:value eq \"u1\"]"}`, `{"op":"replace","path":"members[nick eq \"u1\"]","value":{"value":"u1"}}`,
	} {
		if got, _, err := patch.SplitMembers(operations(t, groupURN(op))); typeOf(err) != patch.InvalidPath {
			t.Errorf("%s: got %v, %v", op, got, err)
		}
	}
}

// E-233: only what says that there are no members takes all.
func TestMembersWithoutIDs(t *testing.T) {
	t.Parallel()
	for _, value := range []string{`[{"value":""}]`, `[{}]`, `[null]`, `[""]`, `[{"value":null}]`, `{}`, `{"value":""}`, `["u1",{"value":""}]`, `[{"$ref":"x"}]`} {
		for _, op := range []string{`{"op":"replace","path":"members","value":` + value + `}`, `{"op":"replace","value":{"members":` + value + `}}`} {
			if got, _, err := patch.SplitMembers(operations(t, op)); typeOf(err) != patch.InvalidValue {
				t.Errorf("%s: got %v, %v", op, got, err)
			}
		}
	}
}

// E-230: a remove whose value has another name would take more than it says.
func TestMisnamedValueOfRemove(t *testing.T) {
	t.Parallel()
	for _, member := range []string{
		`"values":[{"value":"u1"}]`, `"Values":["u1"]`, `"members":["u1"]`, `"data":{"value":"u1"}`, `"values":"u1"`, `"value ":"u1"`, `"Members":"u1"`, `"value":null,"values":["u1"]`, `"value":"","vals":["u1"]`,
	} {
		if ops, err := patch.DecodeRequest([]byte(`{"Operations":[{"op":"Remove","path":"members",` + member + `}]}`)); typeOf(err) != patch.InvalidValue {
			t.Errorf("%s: got %v, %v", member, ops, err)
		}
	}
	if _, err := patch.DecodeRequest([]byte(`{"Operations":[{"op":"remove","path":"members[value eq \"u1\"]","values":["u2"]}]}`)); err != nil {
		t.Error(err)
	}
	for _, member := range []string{`"value":["u1"],"values":["u2"]`, `"values":[]`, `"values":null`, `"name":"x"`, `"$schema":"x"`, `"VALUE":"u1"`} {
		if _, err := patch.DecodeRequest([]byte(`{"Operations":[{"op":"remove","path":"members",` + member + `}]}`)); err != nil {
			t.Errorf("%s: %v", member, err)
		}
	}
}
