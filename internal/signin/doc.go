// Package signin serves the pages before the console: set-up, the page of a
// company, signing in and out, and what can go wrong there. They are complete
// without JavaScript, except that passkeys need a small file of it. It also makes
// the sessions that package auth opens GraphQL to.
//
// The files, in reading order:
//
//   - handler.go: the routes, and what every page is answered with
//   - page.go, text.go: templates, languages, assets
//   - attempts.go: how many attempts may fail, and the log of those that did
//   - setup.go: the first company and its owner
//   - company.go: the page of a company
//   - link.go: one-time links
//   - session.go: sessions, their cookies, and signing out
//
// Nobody learns from a page which companies, accounts and links exist: what is
// unknown, used, expired or revoked is answered alike.
package signin
