//go:build tools

package ent

// What `go generate` runs; without these imports `go mod tidy` would drop it.
import (
	_ "entgo.io/ent/entc"
	_ "entgo.io/ent/entc/gen"
	_ "github.com/99designs/gqlgen"
)
