// Package codegen has what the generator of ent/generated does besides ent
// itself. It is part of no program.
//
// A program of ent's own reads policies, defaults and validators from the schema
// when it starts. That needs reflection over methods, and a linker that sees it
// keeps every exported method of the program: a fifth of the file. [Runtime]
// writes down at generation what schema and mixins say, as Go expressions, and
// ent/template/runtime.tmpl makes the program of them.
//
// In reading order: runtime.go is the hook of the generator, expression.go turns
// values into the expressions that make or name them.
package codegen
