package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/feddir/feddir/cmd/feddir/command"
	"github.com/feddir/feddir/cmd/feddir/simulate"
)

// version is set when a release is built.
var version = "dev"

// subcommand is one word after feddir.
type subcommand struct {
	name, summary string
	run           func(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error
}

var subcommands = []subcommand{
	{"serve", "serve SCIM, GraphQL, the console and the playground", serve},
	{"setup", "create a company, a directory and their keys", runSetup},
	{"account", "create, list, link and disable the accounts of people", accountActions.run},
	{"key", "create, list, rotate and revoke keys", keyActions.run},
	{"client", "create, list, rotate and revoke OAuth clients", clientActions.run},
	{"migrate", "list or apply database migrations", runMigrate},
	{"healthcheck", "check whether a server is ready", runHealthcheck},
	{"simulate", "simulate entra: play a provisioning job of Microsoft Entra ID", runSimulate},
	{"version", "print the version", func(_ context.Context, _ []string, _ func(string) string, stdout, _ io.Writer) error {
		_, err := fmt.Fprintln(stdout, version)
		return err
	}},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return
	}
	fmt.Fprintln(os.Stderr, "feddir:", err)
	if _, usage := errors.AsType[*command.UsageError](err); usage {
		os.Exit(2)
	}
	os.Exit(1)
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		printHelp(stderr)
		return command.Wrongf("name a command")
	}
	switch args[0] {
	case "help", "--help", "-h":
		if len(args) > 1 {
			return run(ctx, append(args[1:], "--help"), getenv, stdout, stderr)
		}
		printHelp(stdout)
		return nil
	case "--version":
		args[0] = "version"
	}
	for _, c := range subcommands {
		if c.name == args[0] {
			return c.run(ctx, args[1:], getenv, stdout, stderr)
		}
	}
	return command.Wrongf("there is no command %q%s; see feddir help", args[0], suggestion(args[0]))
}

// suggestion names the command that shares its first letters with word.
func suggestion(word string) string {
	for n := len(word); n > 0; n-- {
		for _, c := range subcommands {
			if strings.HasPrefix(c.name, word[:n]) {
				return fmt.Sprintf("; did you mean %s?", c.name)
			}
		}
	}
	return ""
}

// action is what key and client do with their next argument.
type action func(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error

// actions are those of a subcommand.
type actions struct {
	name, what, verbs, usage string
	by                       map[string]action
}

func (a actions) run(ctx context.Context, args []string, getenv func(string) string, stdout, _ io.Writer) error {
	if len(args) > 0 {
		if do, ok := a.by[args[0]]; ok {
			return do(ctx, args[1:], getenv, stdout)
		}
		if isHelp(args[0]) {
			fmt.Fprint(stdout, a.usage)
			return flag.ErrHelp
		}
	}
	return command.Wrongf("say what to do with %s: %s; see feddir %s --help", a.what, a.verbs, a.name)
}

func isHelp(arg string) bool { return slices.Contains([]string{"help", "--help", "-h"}, arg) }

func printHelp(w io.Writer) {
	fmt.Fprint(w, "feddir is a federated directory. Identity providers fill it over SCIM 2.0, apps read it over GraphQL.\n\nCommands:\n")
	for _, c := range subcommands {
		fmt.Fprintf(w, "  %-12s%s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\nfeddir COMMAND --help explains each command. Start with: feddir serve\n")
}

func runSimulate(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	if len(args) == 1 && isHelp(args[0]) {
		args = []string{"entra", "--help"} // there is no other to choose from
	}
	if len(args) == 0 || args[0] != "entra" {
		return command.Wrongf("only Entra can be simulated: feddir simulate entra --help")
	}
	return simulate.Command(ctx, args[1:], getenv, stdout, stderr)
}
