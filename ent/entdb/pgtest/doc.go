// Package pgtest gives tests a real PostgreSQL: one throw-away cluster for each
// test process, made from the server binaries found on the machine, and a fresh
// database for each test.
//
// The binaries are looked for in FEDDIR_TEST_PG_BIN, on the PATH and in
// /usr/lib/postgresql. Where there are none a test is skipped, but fails when CI
// is "true" or FEDDIR_TEST_PG is "require". The cluster ends with the test process,
// however that ends.
package pgtest
