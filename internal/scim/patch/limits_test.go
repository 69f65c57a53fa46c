package patch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// repeat joins n texts made from their number.
func repeat(n int, format string) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(out, ",")
}

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, format string // each holds %s for n items
		item         string
		most         int
	}{
		{"operations", `%s`, `{"op":"add","path":"title","value":"%d"}`, patch.MaxOperations},
		{"elements in one operation", `{"op":"add","path":"emails","value":[%s]}`, `"%d"`, patch.MaxElements},
		{"elements in a remove", `{"op":"remove","path":"emails","value":[%s]}`, `"%d"`, patch.MaxElements},
		{"elements in several operations", `%s`, `{"op":"add","path":"emails","value":"%d"}`, patch.MaxElements},
		{"elements through a filter", `%s`, `{"op":"add","path":"emails[type eq \"%d\"].value","value":"x"}`, patch.MaxElements},
		{"values of a custom attribute", `{"op":"add","path":"urn:a:b:c","value":[%s]}`, `%d`, patch.MaxElements},
		{"custom attributes", `{"op":"add","value":{%s}}`, `"urn:a:b:c%d":"x"`, patch.MaxCustomAttributes},
		{"custom extensions", `{"op":"add","value":{%s}}`, `"urn:a:b%d:c":"x"`, patch.MaxCustomAttributes},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for n, want := range map[int]patch.Type{c.most: "", c.most + 1: patch.InvalidValue} {
				ops, err := patch.DecodeRequest(fmt.Appendf(nil, `{"Operations":[`+c.format+`]}`, repeat(n, c.item)))
				if err == nil {
					_, _, err = patch.Apply(schema.Users, user(t, ""), ops)
				}
				if typeOf(err) != want {
					t.Errorf("%d: got %v", n, err)
				}
			}
		})
	}
}

func TestLimitsOfCallers(t *testing.T) {
	t.Parallel()
	ops := make([]patch.Operation, patch.MaxOperations+1)
	for i := range ops {
		ops[i] = patch.Operation{Op: patch.Remove, Path: "title"}
	}
	if _, _, err := patch.Apply(schema.Users, user(t, ""), ops); typeOf(err) != patch.InvalidValue {
		t.Errorf("Apply: got %v", err)
	}
	if _, _, err := patch.SplitMembers(ops); typeOf(err) != patch.InvalidValue {
		t.Errorf("SplitMembers: got %v", err)
	}
}

func TestReportsAreBounded(t *testing.T) {
	t.Parallel()
	body := decode(t, `{"userName":"u",`+repeat(5000, `"x%d\n`+strings.Repeat("y", 200)+`":1`)+`}`)
	_, ignored, err := patch.Normalize(schema.Users, body)
	if err != nil || len(ignored) != 100 {
		t.Fatalf("%d reports, %v", len(ignored), err)
	}
	if path := ignored[0].Path; len(path) > 130 || strings.ContainsRune(path, '\n') {
		t.Errorf("got %q", path)
	}
}
