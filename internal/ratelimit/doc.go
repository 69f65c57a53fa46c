// Package ratelimit keeps one caller from slowing down all others: each has a
// rate, and a share of what can be done at the same time.
package ratelimit
