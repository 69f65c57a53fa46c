package patch_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// steps prints a step as "add a b", or as "attributes" with the operations.
func steps(t *testing.T, list []patch.Step) string {
	t.Helper()
	var out []string
	for _, s := range list {
		text := string(s.Kind)
		for _, id := range s.Members {
			text += " " + id
		}
		for _, op := range s.Operations {
			text += fmt.Sprintf(" %s %s %s", op.Op, op.Path, print(t, op.Value))
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

func TestSplitMembers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, ops, want, ignored string }{
		{"E-104 path", `{"op":"Replace","path":"displayName","value":"D"}`, `attributes replace displayName "D"`, ""},
		{"E-104 path-less", `{"op":"replace","value":{"id":"g","displayName":"D"}},{"op":"replace","value":{"externalId":"e"}}`,
			`attributes replace  {"displayName":"D","id":"g"} replace  {"externalId":"e"}`, ""},
		{"E-110 objects", `{"op":"Add","path":"members","value":[{"$ref":null,"value":"u1"},{"value":"u2"}]}`, "add u1 u2", ""},
		{"E-110 several operations", `{"op":"Add","path":"members","value":[{"value":"u1"}]},{"op":"Add","path":"members","value":[{"value":"u2"},{"value":"u1"}]}`, "add u1 u2", ""},
		{"E-110 path-less", `{"op":"add","value":{"members":[{"value":"u1"}]}}`, "add u1", ""},
		{"E-110 path-less with attributes", `{"op":"add","value":{"MEMBERS":[{"value":"u1"}],"displayName":"D"}}`, `attributes add  {"displayName":"D"}; add u1`, ""},
		{"E-110 under the core URN", `{"op":"add","value":{"GU":{"members":["u1"],"displayName":"D"},"GU:members":["u2"]}}`, `attributes add  {"GU":{"displayName":"D"}}; add u1 u2`, ""},
		{"E-110 displayName items", `{"op":"Add","path":"members","value":[{"displayName":"Ina","value":"u1"}]}`, "add u1", ""},
		{"E-110 bare ids", `{"op":"Add","path":"members","value":["u1","u2"]},{"op":"Add","path":"members","value":"u3"}`, "add u1 u2 u3", ""},
		{"E-110 one object", `{"op":"Add","path":"members","value":{"VALUE":"u1"}}`, "add u1", ""},
		{"E-110 path with URN", `{"op":"Add","path":"GU:members","value":["u1"]}`, "add u1", ""},
		{"E-110 path with sub-attribute", `{"op":"Add","path":"members.value","value":"u1"}`, "add u1", ""},
		{"add of nobody", `{"op":"Add","path":"members","value":[]},{"op":"Add","path":"members","value":null},{"op":"Add","path":"members","value":[{},""]}`, "", ""},
		{"E-112", `{"op":"Remove","path":"members","value":[{"$ref":null,"value":"u1"},{"value":"u2"}]}`, "remove u1 u2", ""},
		{"E-112 of nobody", `{"op":"Remove","path":"members","value":[]},{"op":"Remove","path":"members","value":{}}`, "", ""},
		{"E-113", `{"op":"remove","path":"members[value eq \"u1\"]"}`, "remove u1", ""},
		{"E-113 upper case", `{"op":"remove","path":"MEMBERS[VALUE EQ \"u1\"]","value":[{"value":"u1"}]}`, "remove u1", ""},
		{"E-113 several", `{"op":"remove","path":"members[value eq \"u1\" or value eq \"u2\"]"},{"op":"remove","path":"GU:members[value eq \"u3\"].value"}`, "remove u1 u2 u3", ""},
		{"E-115", `{"op":"remove","path":"members"}`, "clear", ""},
		{"E-116", `{"op":"Replace","path":"members","value":[{"value":"u1"},{"value":"u1"}]}`, "replace u1", ""},
		{"E-116 path-less", `{"op":"replace","value":{"members":[{"value":"u1"}]}}`, "replace u1", ""},
		{"E-116 twice", `{"op":"replace","path":"members","value":["u1"]},{"op":"replace","path":"members","value":["u2"]}`, "replace u1; replace u2", ""},
		{"E-116 with nobody", `{"op":"replace","path":"members","value":[]}`, "clear", ""},
		{"order", `{"op":"add","path":"members","value":["u1"]},{"op":"remove","path":"members","value":["u1"]},{"op":"replace","path":"displayName","value":"D"},{"op":"add","path":"members","value":["u1"]}`,
			`add u1; remove u1; attributes replace displayName "D"; add u1`, ""},
		{"value path sets a member", `{"op":"add","path":"members[value eq \"u1\"]","value":"u1"},{"op":"replace","path":"members[value eq \"u2\"].value","value":"u2"}`, "add u1 u2", ""},
		{"value path unsets a member", `{"op":"replace","path":"members[value eq \"u1\"]","value":null}`, "remove u1", ""},
		{"the rest of a member", `{"op":"add","path":"members[value eq \"u1\"].display","value":"Ina"},{"op":"remove","path":"members.type"}`, "", `members[value eq "u1"].display readOnly, members.type readOnly`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			urn := strings.NewReplacer("GU", schema.GroupID)
			ops := operations(t, urn.Replace(c.ops))
			before := print(t, ops)
			got, ignored, err := patch.SplitMembers(ops)
			if err != nil {
				t.Fatal(err)
			}
			if steps(t, got) != urn.Replace(c.want) {
				t.Errorf("got %s, want %s", steps(t, got), c.want)
			}
			if reasons(ignored) != c.ignored {
				t.Errorf("ignored %s", reasons(ignored))
			}
			if print(t, ops) != before {
				t.Error("the operations were modified")
			}
		})
	}
}

func TestSplitMembersRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, ops string
		want      patch.Type
	}{
		{"another filter", `{"op":"remove","path":"members[type eq \"User\"]"}`, patch.InvalidFilter},
		{"another operator", `{"op":"remove","path":"members[value ne \"u1\"]"}`, patch.InvalidFilter},
		{"null", `{"op":"remove","path":"members[value eq null]"}`, patch.InvalidFilter},
		{"other value", `{"op":"replace","path":"members[value eq \"u1\"].value","value":"u2"}`, patch.Immutable},
		{"number", `{"op":"add","path":"members","value":[1]}`, patch.InvalidValue},
		{"number as value", `{"op":"add","path":"members","value":[{"value":1}]}`, patch.InvalidValue},
		{"no value", `{"op":"add","path":"members","value":[{"$ref":"x"}]}`, patch.InvalidValue},
		{"NUL", `{"op":"add","path":"members","value":["\u0000"]}`, patch.InvalidValue},
		{"NUL in a filter", `{"op":"remove","path":"members[value eq \"\\u0000\"]"}`, patch.InvalidValue},
		{"text without path", `{"op":"add","value":"u1"}`, patch.InvalidValue},
		{"path", `{"op":"add","path":"members[","value":"u1"}`, patch.InvalidPath},
	} {
		if got, _, err := patch.SplitMembers(operations(t, c.ops)); typeOf(err) != c.want || got != nil {
			t.Errorf("%s: got %v, %v", c.name, got, err)
		}
	}
	if _, _, err := patch.SplitMembers([]patch.Operation{{Op: "Add", Path: "members"}}); typeOf(err) != patch.InvalidSyntax {
		t.Errorf("unknown op: got %v", err)
	}
}

func TestMembersLimit(t *testing.T) {
	t.Parallel()
	half := fmt.Sprintf(`{"op":"add","path":"members","value":[%s]}`, repeat(patch.MaxMembers/2, `"%d"`))
	if _, _, err := patch.SplitMembers(operations(t, half+","+half)); err != nil {
		t.Error(err)
	}
	for _, ops := range []string{
		half + "," + half + `,{"op":"remove","path":"members","value":["x"]}`,
		fmt.Sprintf(`{"op":"add","path":"members","value":[%s]}`, repeat(patch.MaxMembers+1, `"%d"`)),
	} {
		if _, _, err := patch.SplitMembers(operations(t, ops)); typeOf(err) != patch.InvalidValue {
			t.Errorf("got %v", err)
		}
	}
}

// A group is created with its members in the body.
func TestMembersOfABody(t *testing.T) {
	t.Parallel()
	body := decode(t, `{"displayName":"Dock crew","members":[{"value":"u1","display":"Ina","type":"User"},"u2",{"value":"u1","type":"User"}]}`)
	group, ignored, err := patch.Normalize(schema.Groups, body)
	if err != nil || reasons(ignored) != "members.display readOnly" {
		t.Fatalf("%v, %v", ignored, err)
	}
	ids, err := patch.MemberIDs(group["members"])
	if err != nil || !reflect.DeepEqual(ids, []string{"u1", "u2"}) {
		t.Errorf("got %v, %v", ids, err)
	}
	if ids, err := patch.MemberIDs(nil); err != nil || ids != nil {
		t.Errorf("no members: got %v, %v", ids, err)
	}
	if _, err := patch.MemberIDs(make([]any, patch.MaxMembers+1)); typeOf(err) != patch.InvalidValue {
		t.Errorf("too many: got %v", err)
	}
	if _, err := patch.MemberIDs(json.Number("1")); typeOf(err) != patch.InvalidValue {
		t.Errorf("number: got %v", err)
	}
}
