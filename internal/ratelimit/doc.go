// Package ratelimit keeps one caller from slowing down all others: each has a rate
// and a bounded number of requests at a time.
//
// Rates are kept by the generic cell rate algorithm, in bucket.go, and not by
// golang.org/x/time/rate: each of its limiters has a mutex, a rate of its own and
// floating point, where here one mutex guards all callers and a caller is a time;
// it has to make and cancel reservations to look how long a request would wait,
// and it cannot go into debt.
//
// The files, in reading order:
//
//   - bucket.go: a rate
//   - throttle.go: [Limiter], a rate and turns for the requests of each caller
//   - share.go: [Share], a fair queue for heavy reads of all companies and keys
//   - budget.go: [Budget], what may be spent under each name: points, or failed attempts
//
// [Share.Wait] fails with errors of package apierror. [Limiter.Wait] refuses with
// the time after which to try again; both fail with the error of their context.
package ratelimit
