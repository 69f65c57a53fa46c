// Package ratelimit keeps one caller from slowing down all others: each has a rate
// and a bounded number of requests at a time.
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
