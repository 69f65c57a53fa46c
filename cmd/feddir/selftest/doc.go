// Package selftest plays an identity provider against the installation's own
// SCIM endpoint, and says of each thing that one relies on whether it works.
//
// To read in this order: tester.go has the checks, prober.go sends their
// requests and judges the answers.
package selftest
