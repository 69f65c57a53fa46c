package command

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Command is a subcommand's flags. Each has an environment variable: --base-url
// is FEDDIR_BASE_URL. A flag that is given counts more.
type Command struct {
	*flag.FlagSet
	getenv    func(string) string
	variables map[string]string // those that are not called after their flag
	help      func()
}

// New starts a subcommand whose --help prints usage and the flags to w. The
// first line of usage is what follows "feddir".
func New(name, usage string, getenv func(string) string, w io.Writer) *Command {
	c := &Command{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), getenv: getenv, variables: map[string]string{}}
	c.SetOutput(io.Discard) // what is wrong is said once, by the program
	c.Usage = func() {}     // and not below a page of help
	c.help = func() {
		head, text, _ := strings.Cut(usage, "\n")
		fmt.Fprintf(w, "Usage: feddir %s\n\n%s\n\nFlags:\n", head, strings.TrimSpace(text))
		c.VisitAll(func(f *flag.Flag) { fmt.Fprint(w, c.explain(f)) })
	}
	return c
}

// explain is what --help says of a flag.
func (c *Command) explain(f *flag.Flag) string {
	arg, text := flag.UnquoteUsage(f)
	head := "--" + f.Name
	if arg != "" {
		head += " " + strings.ToUpper(arg)
	}
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "0s" && f.DefValue != "0" {
		text += fmt.Sprintf(" (default %s)", f.DefValue)
	}
	return fmt.Sprintf("  %s\n        %s [%s]\n", head, text, c.variable(f.Name))
}

// Variable gives a flag another environment variable than the one that is called
// after it.
func (c *Command) Variable(flag, name string) { c.variables[flag] = name }

func (c *Command) variable(flag string) string {
	if name, ok := c.variables[flag]; ok {
		return name
	}
	return "FEDDIR_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// asDocumented spells flags in errors of package flag with two dashes.
var asDocumented = strings.NewReplacer("flag -", "flag --", "for -", "for --", ": -", ": --")

// Parse reads the environment, then the arguments, of which n may be left over.
// It fails with a [*UsageError], or with flag.ErrHelp after it has printed the
// help.
func (c *Command) Parse(args []string, n int) error {
	var err error
	c.VisitAll(func(f *flag.Flag) {
		if value := c.getenv(c.variable(f.Name)); value != "" && err == nil {
			if e := f.Value.Set(value); e != nil {
				err = Wrongf("%s: %v", c.variable(f.Name), e)
			}
		}
	})
	if err != nil {
		return err
	}
	if err := c.FlagSet.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			c.help()
			return err
		}
		return Wrongf("%s; see feddir %s --help", asDocumented.Replace(err.Error()), c.Name())
	}
	if c.NArg() > n {
		return Wrongf("unexpected %q; see feddir %s --help", c.Arg(n), c.Name())
	}
	return nil
}

// UsageError is an error in how the program was called.
type UsageError struct{ text string }

func (e *UsageError) Error() string { return e.text }

// Wrongf returns a [*UsageError] that says what is wrong.
func Wrongf(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// PrintJSON prints the result of a subcommand for programs, and legibly.
func PrintJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
