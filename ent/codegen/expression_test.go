package codegen

import (
	"slices"
	"testing"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"

	"github.com/feddir/feddir/ent/mixin"
	"github.com/feddir/feddir/ent/schematype"
)

func TestFieldsAreWrittenAsExpressions(t *testing.T) {
	t.Parallel()
	id := mixin.ID{Type: schematype.TypeUser}
	for name, test := range map[string]struct {
		field ent.Field
		want  Field
	}{
		"nothing":   {field.String("a"), Field{}},
		"constant":  {field.Int32("a").Default(7), Field{Default: "7"}},
		"text":      {field.String("a").Default("x\n"), Field{Default: `"x\n"`}},
		"enum":      {field.Enum("a").Values("X").Default("X"), Field{}},
		"function":  {field.Time("a").Default(schematype.Now), Field{Default: "schematype.Now"}},
		"mixin":     {id.Fields()[0], Field{Default: "mixin.ID{Type: 0x4}.New"}},
		"longest":   {field.String("a").MaxRuneLen(9), Field{Validators: []string{"schematype.AtMost(9)"}}},
		"bytes":     {field.String("a").MaxLen(9), Field{Validators: []string{"schematype.AtMostBytes[string](9)"}}},
		"validator": {field.String("a").Validate(schematype.NotEmpty), Field{Validators: []string{"schematype.NotEmpty"}}},
	} {
		got, err := fieldOf(test.field.Descriptor(), literal(id))
		if err != nil || got.Default != test.want.Default || !slices.Equal(got.Validators, test.want.Validators) {
			t.Errorf("%s: %+v, want %+v (%v)", name, got, test.want, err)
		}
	}
}

// What no expression can say is not left out.
func TestUnnamedFunctionsAreRefused(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]ent.Field{
		"literal":     field.String("a").Validate(func(string) error { return nil }),
		"closure":     field.String("a").Validate(schematype.AtMost(3)),
		"other mixin": mixin.ID{}.Fields()[0],
		"range":       field.Int("a").Range(1, 2),
		"update":      field.Time("a").UpdateDefault(schematype.Now),
	} {
		if got, err := fieldOf(f.Descriptor(), literal(mixin.Company{})); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
