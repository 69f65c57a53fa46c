// Package ratelimit keeps one caller from slowing down all others: each has a
// rate, and a share of what can be done at the same time.
//
// In reading order: bucket.go has a rate; throttle.go gives the requests of each
// caller their turns; share.go gives turns at what is heavy to companies and
// keys, all together; attempts.go bounds how often something happens under a
// name. A [Share] refuses with errors of package apierror, a [Limiter] with the
// time after which to come again.
package ratelimit
