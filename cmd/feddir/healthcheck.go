package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/feddir/feddir/cmd/feddir/command"
)

const healthcheckUsage = `healthcheck [flags]

Checks whether a server is ready. The exit code is 0 if it is.

Examples:
  feddir healthcheck
  feddir healthcheck --url http://127.0.0.1:8080/livez`

func runHealthcheck(ctx context.Context, args []string, getenv func(string) string, stdout, _ io.Writer) error {
	c := command.New("healthcheck", healthcheckUsage, getenv, stdout)
	url := c.String("url", "http://127.0.0.1:8080/readyz", "`url` to ask")
	timeout := c.Duration("timeout", 3*time.Second, "largest `time` to wait for the answer")
	if err := c.Parse(args, 0); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, *url, nil)
	if err != nil {
		return command.Wrongf("--url: %v", err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("not ready: %s answers %s", *url, answer.Status)
	}
	return nil
}
