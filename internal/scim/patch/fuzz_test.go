package patch_test

import (
	"reflect"
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// Any body is either refused with a scimType or applied to a result that is
// accepted as a body again.
func FuzzDecodeAndApply(f *testing.F) {
	for _, c := range userCases {
		f.Add([]byte(expand(`{"Operations":[` + c.ops + `]}`)))
	}
	const before = `{"userName":"u","active":true,"emails":[{"type":"work","value":"a","primary":true}],"EU":{"manager":{"value":"m"}},"XU":{"a":"b"}}`
	f.Fuzz(func(t *testing.T, body []byte) {
		ops, err := patch.DecodeRequest(body)
		if err != nil {
			if typeOf(err) == "" {
				t.Fatalf("not an Error: %v", err)
			}
			return
		}
		resource := decode(t, before)
		after, _, err := patch.Apply(schema.Users, resource, ops)
		if !reflect.DeepEqual(resource, decode(t, before)) {
			t.Fatal("the resource was modified")
		}
		if _, _, err := patch.SplitMembers(ops); err != nil && typeOf(err) == "" {
			t.Fatalf("not an Error: %v", err)
		}
		if err != nil {
			if typeOf(err) == "" {
				t.Fatalf("not an Error: %v", err)
			}
			return
		}
		if _, ignored, err := patch.Normalize(schema.Users, answered(after)); err != nil || len(ignored) > 0 {
			t.Fatalf("%s is not in normal form: %v, %v", print(t, after), ignored, err)
		}
	})
}

// Any body of POST and PUT is either refused with a scimType or brought into a
// form that stays as it is.
func FuzzNormalize(f *testing.F) {
	for _, c := range userCases {
		f.Add([]byte(expand("{" + c.before + "}")))
	}
	f.Add([]byte(expand(`{"schemas":["CU"],"UserName":"u","CU":{"title":"t"},"members":["m",{"value":"n","type":"Group"}],"displayName":"d"}`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, rt := range []schema.ResourceType{schema.Users, schema.Groups} {
			given, err := patch.Decode(body)
			var resource map[string]any
			if err == nil {
				resource, _, err = patch.Normalize(rt, given)
			}
			if err != nil {
				if typeOf(err) == "" {
					t.Fatalf("not an Error: %v", err)
				}
				continue
			}
			again, ignored, err := patch.Normalize(rt, answered(resource))
			if err != nil || len(ignored) > 0 || !reflect.DeepEqual(again, resource) {
				t.Fatalf("%s becomes %s: %v, %v", print(t, resource), print(t, again), ignored, err)
			}
		}
	})
}
