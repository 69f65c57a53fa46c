package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// command is a subcommand's flags. Each has an environment variable: --base-url
// is FEDDIR_BASE_URL. A flag that is given counts more.
type command struct {
	*flag.FlagSet
	getenv func(string) string
	help   func()
}

// newCommand starts a subcommand whose --help prints usage and the flags to w.
func newCommand(name, usage string, getenv func(string) string, w io.Writer) *command {
	c := &command{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), getenv: getenv}
	c.SetOutput(io.Discard) // what is wrong is said once, by main
	c.Usage = func() {}     // and not below a page of help
	c.help = func() {
		fmt.Fprintf(w, "Usage: feddir %s\n\n%s\n", usage[:strings.IndexByte(usage, '\n')], strings.TrimSpace(usage[strings.IndexByte(usage, '\n'):]))
		fmt.Fprintln(w, "\nFlags:")
		c.VisitAll(func(f *flag.Flag) {
			arg, text := flag.UnquoteUsage(f)
			head := "--" + f.Name
			if arg != "" {
				head += " " + strings.ToUpper(arg)
			}
			fmt.Fprintf(w, "  %s\n        %s", head, text)
			if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0s" && f.DefValue != "0" {
				fmt.Fprintf(w, " (default %s)", f.DefValue)
			}
			fmt.Fprintf(w, " [%s]\n", variable(f.Name))
		})
	}
	return c
}

// asDocumented spells flags in errors of package flag with two dashes.
var asDocumented = strings.NewReplacer("flag -", "flag --", "for -", "for --", ": -", ": --")

// variable is the environment variable of a flag.
func variable(name string) string {
	return "FEDDIR_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// errUsage is an error in how the program was called.
type errUsage struct{ text string }

func (e *errUsage) Error() string { return e.text }

// parse reads the environment, then the arguments, of which n may be left over.
func (c *command) parse(args []string, n int) error {
	var err error
	c.VisitAll(func(f *flag.Flag) {
		if value := c.getenv(variable(f.Name)); value != "" && err == nil {
			if e := f.Value.Set(value); e != nil {
				err = &errUsage{fmt.Sprintf("%s: %v", variable(f.Name), e)}
			}
		}
	})
	if err != nil {
		return err
	}
	if err := c.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			c.help()
			return err
		}
		return &errUsage{fmt.Sprintf("%s; see feddir %s --help", asDocumented.Replace(err.Error()), c.Name())}
	}
	if c.NArg() > n {
		return &errUsage{fmt.Sprintf("unexpected %q; see feddir %s --help", c.Arg(n), c.Name())}
	}
	return nil
}
