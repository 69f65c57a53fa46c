// Package dbtest gives tests databases with the model on them: one on SQLite and
// one on PostgreSQL, for a test that is to hold on both.
package dbtest
