// Package rule has the privacy rules of the model, named as sentences: who may see
// and change what. A policy lists rules in order; the first that allows or denies
// decides. The error of a denial is privacy.Deny, or a *[Denied] that wraps it.
//
//   - rule.go: the sentences that most policies consist of
//   - change.go, key.go, oauthclient.go: those of one entity
//   - deleted.go: hides what is deleted and not yet purged
//   - denied.go: the error of a policy
package rule
