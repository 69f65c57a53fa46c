// Package rule holds the privacy rules of the model, each a sentence: who may
// see and change what. A policy names them in order; the first that allows or
// denies decides.
//
//   - rule.go: the sentences that most policies consist of
//   - change.go, key.go, oauthclient.go: those of one entity
//   - deleted.go: hides what is deleted and not yet purged
//   - denied.go: the error of a policy
package rule
