// Package schema is the model: one file for each entity.
//
// The schemas have fields and no edges. A foreign key here is composite and
// led by the company or directory, which ent's edges cannot express, and an
// edge would be a way around the rules; see package migrations for the keys.
package schema
