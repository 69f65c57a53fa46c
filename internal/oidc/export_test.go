package oidc

import "time"

// Impatient returns the client with a time-out that tests can wait for.
func (c *Client) Impatient() *Client {
	c.http.Timeout = 100 * time.Millisecond
	return c
}
