package patch_test

import (
	"reflect"
	"testing"

	"github.com/feddir/feddir/scimadapter/patch"
	"github.com/feddir/feddir/scimadapter/schema"
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
		if _, ignored, err := patch.Normalize(schema.Users, after); err != nil || len(ignored) > 0 {
			t.Fatalf("%s is not in normal form: %v, %v", print(t, after), ignored, err)
		}
	})
}
