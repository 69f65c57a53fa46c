package patch_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
)

func TestDecodeRequest(t *testing.T) {
	t.Parallel()
	title := []patch.Operation{{Op: patch.Add, Path: "title", Value: "t"}}
	for _, c := range []struct {
		name, body string
		want       []patch.Operation
	}{
		{"RFC", `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"title","value":"t"}]}`, title},
		{"E-052", `{"SCHEMAS":[],"operations":[{"Op":"ADD","PATH":"title","Value":"t"}]}`, title},
		{"E-086 empty", `{"Operations":[]}`, []patch.Operation{}},
		{"E-086 strays", `{"id":"1","Operations":[{"op":"add","path":"title","value":"t","name":"x"}]}`, title},
		{"null path", `{"Operations":[{"op":"add","path":null,"value":{}}]}`, []patch.Operation{{Op: patch.Add, Value: map[string]any{}}}},
	} {
		got, err := patch.DecodeRequest([]byte(c.body))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, %v", c.name, got, err)
		}
	}
}

func TestDecodeRequestRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body string
		want       patch.Type
	}{
		{"not JSON", `{`, patch.InvalidSyntax},
		{"list", `[]`, patch.InvalidSyntax},
		{"null", `null`, patch.InvalidSyntax},
		{"more than one value", `{"Operations":[]}{}`, patch.InvalidSyntax},
		{"UTF-8", "{\"Operations\":[],\"x\":\"\xff\"}", patch.InvalidSyntax},
		{"E-222 half a character", `{"Operations":[{"op":"add","path":"title","value":"a\ud83d"}]}`, patch.InvalidSyntax},
		{"E-222 the other half", `{"Operations":[{"op":"add","value":{"urn:acme:ext:1.0":{"a":["\ude00"]}}}]}`, patch.InvalidSyntax},
		{"E-222 in a key", `{"Operations":[{"op":"add","value":{"urn:acme:ext:1.0":{"\ud83d\ud83d\ude00":1}}}]}`, patch.InvalidSyntax},
		{"no operations", `{}`, patch.InvalidSyntax},
		{"null operations", `{"Operations":null}`, patch.InvalidSyntax},
		{"operations as object", `{"Operations":{"op":"remove","path":"title"}}`, patch.InvalidSyntax},
		{"operation as text", `{"Operations":["add"]}`, patch.InvalidSyntax},
		{"E-085 unknown op", `{"Operations":[{"op":"move","path":"title"}]}`, patch.InvalidSyntax},
		{"no op", `{"Operations":[{"path":"title","value":"t"}]}`, patch.InvalidSyntax},
		{"op as number", `{"Operations":[{"op":1}]}`, patch.InvalidSyntax},
		{"path as number", `{"Operations":[{"op":"add","path":1}]}`, patch.InvalidSyntax},
		{"E-085 remove without path", `{"Operations":[{"op":"remove"}]}`, patch.NoTarget},
	} {
		if ops, err := patch.DecodeRequest([]byte(c.body)); typeOf(err) != c.want {
			t.Errorf("%s: got %v, %v", c.name, ops, err)
		}
	}
}

func TestDepth(t *testing.T) {
	t.Parallel()
	nested := func(n int) []byte {
		return []byte(`{"a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `,"b":"[[[\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}`)
	}
	if _, err := patch.Decode(nested(patch.MaxDepth)); err != nil {
		t.Error(err)
	}
	for _, body := range [][]byte{nested(patch.MaxDepth + 1), []byte(strings.Repeat(`{"a":`, 1<<18)), []byte(strings.Repeat("[", 1<<20))} {
		if _, err := patch.Decode(body); typeOf(err) != patch.InvalidSyntax {
			t.Errorf("%.10s: got %v", body, err)
		}
	}
}
