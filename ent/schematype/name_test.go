package schematype_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/feddir/feddir/ent/schematype"
)

// E-219: names that differ in case, composition or width are one.
func TestNameKey(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"José", "Jose\u0301", "JOSÉ", "jose\u0301"}, {"Ａｄａ", "ada", "ADA"}, {"\u212bke", "Åke", "a\u030ake"}, {"한", "\u1112\u1161\u11ab"}, {"ｶ\uff9e", "ガ", "カ\u3099"}, {"\u1fb3", "α\u0345"},
	} {
		for _, s := range same {
			if schematype.NameKey(s) != schematype.NameKey(same[0]) {
				t.Errorf("%q and %q are two", s, same[0])
			}
		}
	}
	for _, s := range []string{"Jose", "ada ", "ß"} {
		if schematype.NameKey(s) == schematype.NameKey("José") || schematype.NameKey(s) == schematype.NameKey("ada") || schematype.NameKey(s) == schematype.NameKey("ss") {
			t.Errorf("%q is another", s)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if key := schematype.NameKey(s); schematype.NameKey(key) != key {
			t.Fatalf("%q has a key of another key", s)
		}
	})
}

// E-220: a name that nobody sees is none.
func TestBlank(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", " ", "\t\n", "\u00a0\u3000", "\u200b", "\u200d\ufeff", "\u2060 \u180e", "\u3164", "\u115f\u1160", "\u2800", "\u034f", "\ufe0f", "\U000e0020", "\u0301", "\u202e", "\u00ad"} {
		if !schematype.Blank(s) {
			t.Errorf("%q is seen", s)
		}
	}
	for _, s := range []string{"a", " a ", "\u200ba", "é", "e\u0301", "한", "😀", "0", "-", ".", "\u0903ka"} {
		if schematype.Blank(s) {
			t.Errorf("%q is not seen", s)
		}
	}
}
