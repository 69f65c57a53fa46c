// Package entdb opens the model's database. It is the only place that opens an
// ent client, so no program can have one without its rules, its migrations,
// its transactions and the wall below them.
//
//   - entdb.go: opens a database and gives out clients
//   - guard.go: the tenant guard below them
//   - tx.go: transactions, and what is done once they are committed
//   - migrate.go: migrations
//   - secret.go: the secrets of the installation, which all replicas share
//   - fold.go: folding as an SQL function
package entdb
