// Command feddir is the feddir server and its command line: from flags to the
// operations of package graph, which it calls as an operator.
//
// To read in this order: main.go has the subcommands, package command what they share;
// serve.go runs a server (package server), setup.go, company.go and
// installation.go make a company with its directories and keys; key.go,
// key_print.go and key_end.go are about keys; client.go, client_create.go,
// client_list.go and client_end.go about OAuth clients; migrate.go and
// healthcheck.go are for those who run it.
//
// An error is printed after "feddir:", with exit status 1; wrong flags or
// arguments are a command.UsageError, with exit status 2.
package main
