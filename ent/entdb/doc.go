// Package entdb opens the model's database. It is the only place that opens an
// ent client, so every client has the rules, migrations, transactions and the
// tenant guard.
//
//   - entdb.go: opens a database and gives out clients
//   - guard.go: the tenant guard below them
//   - lock.go: row locks
//   - tx.go: transactions, and functions that run after a commit
//   - migrate.go: migrations
//   - secret.go: the secrets of the installation, which all replicas share
//   - fold.go: folding as an SQL function
package entdb
