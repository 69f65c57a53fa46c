package schematype_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
)

func TestIDNamesItsType(t *testing.T) {
	t.Parallel()
	last := ""
	for range 1000 {
		id := schematype.NewID(schematype.TypeUser)
		if got := schematype.ParseID(id.String(), schematype.TypeUser); got != id {
			t.Fatalf("ParseID(%v) = %v", id, got)
		}
		if got := schematype.ParseID(id.String(), schematype.TypeGroup); got != uuid.Nil {
			t.Fatalf("an id of a user was taken for one of a group: %v", got)
		}
		if id.Version() != 7 || id.String() <= last {
			t.Fatalf("ids do not grow: %v after %v", id, last)
		}
		last = id.String()
	}
}

func TestParseIDRefusesOtherSpellings(t *testing.T) {
	t.Parallel()
	id := schematype.NewID(schematype.TypeUser).String()
	for _, s := range []string{"", "42", strings.ToUpper(id), "{" + id + "}", "urn:uuid:" + id, id + " ", strings.ReplaceAll(id, "-", ""), uuid.NewString()} {
		if got := schematype.ParseAnyID(s); got != uuid.Nil {
			t.Errorf("ParseAnyID(%q) = %v", s, got)
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Straße", "STRASSE")
	f.Add("K", "\u212a")
	f.Add("ς", "Σ")
	f.Fuzz(func(t *testing.T, a, b string) {
		if schematype.Fold(a) != schematype.Fold(schematype.Fold(a)) {
			t.Errorf("Fold is not idempotent on %q", a)
		}
		if got, want := schematype.Fold(a) == schematype.Fold(b), strings.EqualFold(a, b); got != want {
			t.Errorf("Fold agrees on %q and %q: %v, EqualFold: %v", a, b, got, want)
		}
	})
}
