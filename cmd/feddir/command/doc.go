// Package command has what the subcommands of feddir share (command.go): flags
// with environment variables, their help, and the error of a wrong call.
//
// [Command.Parse] fails with a [*UsageError], or with flag.ErrHelp.
package command
