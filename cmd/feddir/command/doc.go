// Package command has what the subcommands of feddir share (command.go): flags
// with environment variables, their help, the error of a wrong call, and results
// as JSON.
//
// [Command.Parse] fails with a [*UsageError], or with flag.ErrHelp.
package command
