package filter_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/scim/filter"
)

// hostile inputs nest without end. The fuzzer gets those just within the
// length limit: it is slow to mutate a megabyte.
var hostile = []string{
	strings.Repeat("(", filter.MaxLength),
	strings.Repeat("not (", filter.MaxLength/5),
	strings.Repeat("a[", filter.MaxLength/2),
}

func TestHostileMegabyte(t *testing.T) {
	t.Parallel()
	for _, in := range hostile {
		in = strings.Repeat(in, (1<<20)/len(in))
		if e, err := filter.Parse(in); err == nil {
			t.Errorf("%.10q: got %v", in, e)
		}
		if path, err := filter.ParsePath(in); err == nil {
			t.Errorf("%.10q: got %v", in, path)
		}
	}
}

// Whatever parses prints a text that parses to the same tree.
func FuzzParse(f *testing.F) {
	for _, c := range filters {
		f.Add(c.in)
	}
	for _, in := range hostile {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		e, err := filter.Parse(in)
		if err != nil {
			return
		}
		text := e.String()
		if len(text) > filter.MaxLength {
			return // bare words gained quotes
		}
		again, err := filter.Parse(text)
		if err != nil {
			t.Fatalf("%q prints %q: %v", in, text, err)
		}
		if !reflect.DeepEqual(e, again) {
			t.Fatalf("%q prints %q, which is another filter: %q", in, text, again)
		}
	})
}

func FuzzParsePath(f *testing.F) {
	for _, in := range append(hostile, `members[value eq "x"]`, `emails[type eq "work"].value`, `urn:a:2.0:User.name.givenName`) {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		path, err := filter.ParsePath(in)
		if err != nil {
			return
		}
		text := path.String()
		if len(text) > filter.MaxLength {
			return // bare words gained quotes
		}
		if again, err := filter.ParsePath(text); err != nil || !reflect.DeepEqual(path, again) {
			t.Fatalf("%q prints %q: %v, %v", in, text, again, err)
		}
	})
}
