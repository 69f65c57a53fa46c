package schema_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/feddir/feddir/internal/scim/schema"
)

var update = flag.Bool("update", false, "write the documentation of the attributes")

// The documentation says of every attribute what discovery says.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	const path = "../../../docs/attributes.md"
	got := documentation()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("docs/attributes.md is stale: go test ./internal/scim/schema -run Documentation -update (%v)", err)
	}
}

func documentation() string {
	var b strings.Builder
	b.WriteString("# Attributes of users and groups\n\nWritten from the one description that requests are read by and filters compared by; `/Schemas` tells the same. " +
		"Text is compared without regard to case unless it is *exact*. Suggested values are suggestions: any other is kept too. " +
		"What else is sent in an extension is kept and answered as it came; a directory can [describe it](scim.md#extensions).\n")
	table := func(name, urn string, attributes []schema.Attribute) {
		fmt.Fprintf(&b, "\n## %s\n\n", name)
		if urn != "" {
			fmt.Fprintf(&b, "`%s`\n\n", urn)
		}
		b.WriteString("| Attribute | Type | | What it is |\n|---|---|---|---|\n")
		for _, a := range attributes {
			row(&b, "", a)
			for _, s := range a.SubAttributes {
				row(&b, a.Name+".", s)
			}
		}
	}
	table("Both", "", schema.Common())
	for _, s := range schemas {
		table(s.Description, s.ID, s.Attributes)
	}
	return b.String()
}

func row(b *strings.Builder, of string, a schema.Attribute) {
	kind := string(a.Type)
	if a.MultiValued {
		kind += ", several"
	}
	var notes []string
	for _, note := range []struct {
		holds bool
		text  string
	}{
		{a.Required, "required"}, {a.CaseExact, "exact"}, {a.Uniqueness == schema.Server, "unique"},
		{a.Mutability != schema.ReadWrite, string(a.Mutability)},
		{a.Returned == schema.Request, "answered when asked for"}, {a.Returned == schema.Never, "never answered"},
		{a.Unlisted, "not listed in `/Schemas`"},
		{len(a.CanonicalValues) > 0, "suggested: " + strings.Join(a.CanonicalValues, ", ")},
	} {
		if note.holds {
			notes = append(notes, note.text)
		}
	}
	fmt.Fprintf(b, "| `%s%s` | %s | %s | %s |\n", of, a.Name, kind, strings.Join(notes, "; "), a.Description)
}
