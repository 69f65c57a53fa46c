// Package console embeds and serves the browser pages of the product. The pages
// are built with Node ahead of time and committed, so that a Go toolchain alone
// builds the whole program, and they load nothing from another origin.
package console
