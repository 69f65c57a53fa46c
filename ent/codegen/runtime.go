package codegen

import (
	"errors"
	"fmt"
	"reflect"

	"entgo.io/ent"
	"entgo.io/ent/entc/gen"
	"entgo.io/ent/schema/field"
)

// Runtime returns a hook for the generator. It annotates each type with the
// expressions of its mixins, under "Mixins", and each field, under "Runtime",
// with a [Field]. It fails for a schema that is not among these, and for what no
// expression can say.
func Runtime(schemas ...ent.Interface) gen.Hook {
	byName := make(map[string]ent.Interface)
	for _, s := range schemas {
		byName[reflect.TypeOf(s).Name()] = s
	}
	return func(next gen.Generator) gen.Generator {
		return gen.GenerateFunc(func(g *gen.Graph) error {
			for _, node := range g.Nodes {
				schema, ok := byName[node.Name]
				if !ok {
					return fmt.Errorf("%s is not among the schemas that ent/entc.go lists", node.Name)
				}
				if err := annotate(node, schema); err != nil {
					return fmt.Errorf("%s: %w", node.Name, err)
				}
			}
			return next.Generate(g)
		})
	}
}

func annotate(node *gen.Type, schema ent.Interface) error {
	var mixins []string
	for _, m := range schema.Mixin() {
		mixins = append(mixins, literal(m))
	}
	node.Annotations.Set("Mixins", mixins)
	for _, f := range append(node.Fields, node.ID) {
		fields, mixin := schema.Fields(), ""
		if p := f.Position; p.MixedIn {
			fields, mixin = schema.Mixin()[p.MixinIndex].Fields(), mixins[p.MixinIndex]
		}
		found, err := fieldOf(fields[f.Position.Index].Descriptor(), mixin)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if f.Annotations == nil {
			f.Annotations = gen.Annotations{}
		}
		f.Annotations.Set("Runtime", found)
	}
	return nil
}

// Field are the Go expressions of what a field has at run time.
type Field struct {
	Default    string // empty for none
	Validators []string
}

// fieldOf returns what a field of a schema or of a mixin has.
func fieldOf(d *field.Descriptor, mixin string) (found Field, err error) {
	if d.UpdateDefault != nil || d.ValueScanner != nil {
		return found, errors.New("ent/template/runtime.tmpl knows no update defaults and no value scanners")
	}
	if d.Default != nil && d.Info.Type != field.TypeEnum { // ent writes those of enums as constants
		if found.Default, err = value(d.Default, mixin); err != nil {
			return found, err
		}
	}
	for _, v := range d.Validators {
		expr, err := validator(v, d.Size)
		if err != nil {
			return found, err
		}
		found.Validators = append(found.Validators, expr)
	}
	return found, nil
}

// validator returns the expression of a validator. Of ent's own there are two
// that the size of the column tells all about.
func validator(fn any, size int) (string, error) {
	switch builder(fn) {
	case "MaxRuneLen":
		return fmt.Sprintf("schematype.AtMost(%d)", size), nil
	case "MaxLen":
		return fmt.Sprintf("schematype.AtMostBytes[%s](%d)", reflect.TypeOf(fn).In(0), size), nil
	}
	return function(fn, "")
}
