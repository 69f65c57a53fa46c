// Package ent is the model. Its schema is in ent/schema, the client generated
// from it in ent/generated.
package ent
