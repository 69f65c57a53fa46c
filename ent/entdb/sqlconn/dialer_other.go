//go:build !linux

package sqlconn

import "syscall"

// limitSend does nothing: the option is Linux's. Keep-alive still bounds the wait.
func limitSend(_, _ string, _ syscall.RawConn) error { return nil }
