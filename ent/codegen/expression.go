package codegen

import (
	"fmt"
	"path"
	"reflect"
	"regexp"
	"runtime"
	"strings"
)

var (
	// declared are names of functions such as path/of/schematype.NotEmpty.
	declared = regexp.MustCompile(`^\w+\.[A-Z]\w*$`)
	// bound are names of methods such as path/of/mixin.ID.New-fm, as values.
	bound = regexp.MustCompile(`^(\w+\.[A-Z]\w*)\.([A-Z]\w*)-fm$`)
	// built are names of what ent's builders of fields return. Where the compiler
	// puts the builder into its caller, the caller's name comes before.
	built = regexp.MustCompile(`\(\*\w+Builder\)\.(\w+)\.func[\d.]+$`)
)

// literal returns the expression of a struct of plain values.
func literal(of any) string {
	v := reflect.ValueOf(of)
	var set []string
	for f, value := range v.Fields() {
		if !value.IsZero() {
			set = append(set, fmt.Sprintf("%s: %#v", f.Name, value))
		}
	}
	return fmt.Sprintf("%T{%s}", of, strings.Join(set, ", "))
}

// value returns the expression of a plain value or of a function.
func value(of any, mixin string) (string, error) {
	if reflect.TypeOf(of).Kind() == reflect.Func {
		return function(of, mixin)
	}
	return fmt.Sprintf("%#v", of), nil
}

// function returns the expression that names a function: one that is declared
// and exported, or a method of the mixin.
func function(fn any, mixin string) (string, error) {
	name := path.Base(nameOf(fn))
	if declared.MatchString(name) {
		return name, nil
	}
	if m := bound.FindStringSubmatch(name); m != nil && strings.HasPrefix(mixin, m[1]+"{") {
		return mixin + "." + m[2], nil
	}
	return "", fmt.Errorf("generated code cannot name %s: declare an exported function", nameOf(fn))
}

// builder returns the method of ent's builder of fields that made a validator,
// or nothing.
func builder(fn any) string {
	if m := built.FindStringSubmatch(nameOf(fn)); m != nil {
		return m[1]
	}
	return ""
}

func nameOf(fn any) string { return runtime.FuncForPC(reflect.ValueOf(fn).Pointer()).Name() }
