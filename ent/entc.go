//go:build ignore

// Command entc writes ent/generated from ent/schema.
package main

import (
	"log"
	"slices"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"

	"github.com/feddir/feddir/ent/codegen"
	"github.com/feddir/feddir/ent/schema"
)

func main() {
	gen.GraphTemplates = slices.DeleteFunc(gen.GraphTemplates, unused)
	err := entc.Generate("./schema", &gen.Config{
		Target:  "./generated",
		Package: "github.com/feddir/feddir/ent/generated",
		Storage: withoutSchemaPlanning(),
		Hooks: []gen.Hook{codegen.Runtime(
			schema.AccessToken{}, schema.Account{}, schema.Change{}, schema.Company{}, schema.Directory{}, schema.DirectoryCount{},
			schema.DirectoryHealth{}, schema.Feed{}, schema.Group{}, schema.IdempotencyRecord{}, schema.Identity{},
			schema.IdentityProvider{}, schema.Invitation{}, schema.Key{},
			schema.Membership{}, schema.OAuthClient{}, schema.Passkey{}, schema.ProvisioningCycle{}, schema.RequestRecord{}, schema.Session{}, schema.SignInLink{},
			schema.User{}, schema.UserValue{},
		)},
		Features: []gen.Feature{
			gen.FeaturePrivacy,
			gen.FeatureIntercept,
			gen.FeatureModifier,
			gen.FeatureExecQuery,
		},
	}, entc.TemplateDir("./template"))
	if err != nil {
		log.Fatal(err)
	}
}

// unused tells what nothing here calls, and what would only be compiled.
func unused(t gen.GraphTemplate) bool {
	return t.Name == "enttest" || t.Name == "hook"
}

// withoutSchemaPlanning returns ent's SQL storage with a client that cannot
// change the schema. That takes atlas and HCL into every program, and a server
// applies migrations that are written already.
func withoutSchemaPlanning() *gen.Storage {
	sql, err := gen.NewStorage("sql")
	if err != nil {
		log.Fatal(err)
	}
	plain := *sql
	plain.SchemaMode &^= gen.Migrate
	return &plain
}
