package patch_test

import (
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

// E-019: whichever marks a client takes for quotes, nothing of it succeeds
// without effect.
func TestOtherQuotes(t *testing.T) {
	t.Parallel()
	for _, quotes := range []string{"''", "‘’", "“”", "``", "´´", "«»", "„“", "‚‘", "″″", "′′", "ʼʼ", "ˮˮ", "״״", "ʺʹ"} {
		marks := []rune(quotes)
		q := func(text string) string { return string(marks[0]) + text + string(marks[1]) }
		for _, op := range []string{
			`{"op":"add","path":"emails[type eq ` + q("work") + `].value","value":"a"}`,
			`{"op":"replace","value":{"emails[type eq ` + q("work") + `].value":"a"}}`,
			`{"op":"remove","path":"emails[type eq ` + q("work") + `]"}`,
			`{"op":"remove","path":"manager[value eq ` + q("m") + `]"}`,
		} {
			if after, _, err := patch.Apply(schema.Users, user(t, ``), operations(t, op)); typeOf(err) != patch.InvalidPath {
				t.Errorf("%s: got %v, %v", op, after, err)
			}
		}
		for _, op := range []string{
			`{"op":"remove","path":"members[value eq ` + q("u1") + `]"}`,
			`{"op":"add","value":{"members[value eq ` + q("u1") + `]":{"value":"u1"}}}`,
			`{"op":"remove","path":"members value eq ` + q("u1") + `"}`,
			`{"op":"remove","path":"` + q("members") + `"}`,
		} {
			steps, _, err := patch.SplitMembers(operations(t, op))
			for _, s := range steps {
				if err == nil && s.Kind == patch.SetAttributes {
					_, _, err = patch.Apply(schema.Groups, map[string]any{"displayName": "d"}, s.Operations)
				}
			}
			if typeOf(err) != patch.InvalidPath {
				t.Errorf("%s: got %v, %v", op, steps, err)
			}
		}
	}
}
