package search_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/search"
)

func phones(numbers ...string) (list []schematype.MultiValue) {
	for _, n := range numbers {
		list = append(list, schematype.MultiValue{Value: &n})
	}
	return list
}

func TestTerms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a    schematype.UserAttributes
		want string
	}{
		{schematype.UserAttributes{UserName: "Ada@x", DisplayName: new("Ada Müller-O'Brien")}, "0 ada, 0 muller, 0 mueller, 0 obrien, 1 ada@x"},
		{schematype.UserAttributes{UserName: "Ada@X", Emails: phones("ada@x"), Name: &schematype.Name{GivenName: new("A."), FamilyName: new("Ada")}}, "0 a, 0 ada"},
		{schematype.UserAttributes{UserName: "ada.lovelace@x"}, "0 ada, 0 lovelace, 1 ada.lovelace@x"},
		{schematype.UserAttributes{UserName: "-", Title: new("Head of Ops"), Department: new("Ops & IT")}, "2 head, 2 of, 2 ops, 2 it, 1 -"},
		{schematype.UserAttributes{UserName: "-", PhoneNumbers: phones("+41 (0)44 123", "044/123", "tel:+1-202-555", "12", "")}, "1 -, 3 4144123, 3 r3214414, 3 44123, 3 r32144, 3 1202555, 3 r5552021, 3 202555"},
		{schematype.UserAttributes{UserName: "-", NickName: new("e\u0301 u\u0308 ''a'' ½ İ ﬁ")}, "0 e, 0 u, 0 ue, 0 a, 0 i, 0 fi, 1 -"},
	} {
		var got []string
		for _, term := range search.Terms(&c.a) {
			got = append(got, fmt.Sprint(term.Kind, " ", term.Text))
		}
		if joined := strings.Join(got, ", "); joined != c.want {
			t.Errorf("%s, want %s", joined, c.want)
		}
	}
}

// Nobody's terms are more, or longer, than a row and an index can hold.
func TestTermsAreBounded(t *testing.T) {
	t.Parallel()
	many := ""
	for i := range 2000 {
		many += fmt.Sprintf("w%d ", i)
	}
	a := schematype.UserAttributes{
		UserName: "u", DisplayName: new(strings.Repeat("ü", 4000)), NickName: &many, Title: &many,
		PhoneNumbers: phones(strings.Fields(strings.ReplaceAll(many, "w", "555"))...),
	}
	terms := search.Terms(&a)
	if len(terms) > 60 {
		t.Errorf("%d terms", len(terms))
	}
	for _, term := range terms {
		if len(term.Text) > 64 || !utf8.ValidString(term.Text) {
			t.Errorf("%d bytes: %q", len(term.Text), term.Text)
		}
	}
}

// Whatever is asked: the terms under which an index has somebody are the terms
// that the query looks for, and highlights leave the value as it is.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"anna müller", "Straße", "o'brien", "+41 (0)44", "a.b@c", "İ ﬁ e\u0301", "%_'\"*", "петров", "x1y2", "\u0345\u0308", "12345678901234567890123456789012345678901234567890123456789012345678901"} {
		f.Add(s, "Anna Müller")
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, query, value string) {
		if !utf8.ValidString(query) || !utf8.ValidString(value) || len(value) > 1000 {
			return
		}
		q, ok := search.Parse(query)
		if !ok {
			return
		}
		q = q.WithTypos()
		a := schematype.UserAttributes{
			UserName: value, DisplayName: &value, Title: &value, Emails: phones(value), PhoneNumbers: phones(value),
		}
		p := search.NewPerson(&a)
		fit, ok := q.Fit(p)
		if ok && (fit.Score <= 0 || fit.Score > 1 || fit.Near != (fit.Score <= 0.5)) {
			t.Errorf("%+v", fit)
		}
		for _, w := range q.Words {
			term, typo, there := w.First(p)
			if ok && !there {
				t.Errorf("no term of %q", value)
			}
			ranges := w.Ranges()
			if typo {
				ranges = w.NearRanges()
			}
			if there && !within(term, ranges) {
				t.Errorf("%v is in no range of %q (typo: %v)", term, query, typo)
			}
		}
		for _, h := range q.Highlights(&a) {
			if strings.Join(h.Parts, "") != value || len(h.Parts)%2 == 0 {
				t.Errorf("%q", h.Parts)
			}
		}
	})
}

func within(term search.Term, ranges []search.Range) bool {
	for _, r := range ranges {
		if term.Kind == r.Kind && r.From <= term.Text && term.Text < r.Before {
			return true
		}
	}
	return false
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		q, _ := search.Parse("maximilian alexandros bartholomew christopher fernandez gonzalezz hernandez ivanovich")
		q.WithTypos()
	}
}

func BenchmarkFit(b *testing.B) {
	q, _ := search.Parse("anna muller")
	a := schematype.UserAttributes{
		UserName: "anna.mueller@harbor.example", DisplayName: new("Anna Müller"), Title: new("Harbour master"), Department: new("Docks"),
		Name: &schematype.Name{GivenName: new("Anna"), FamilyName: new("Müller")}, Emails: phones("anna.mueller@harbor.example"), PhoneNumbers: phones("+41 44 123 45 67"),
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := q.Fit(search.NewPerson(&a)); !ok {
			b.Fatal("not found")
		}
	}
}
