// Package limits bounds a GraphQL request before, while and after it runs: the
// size and shape of the document, the variables, the cost of the answer, its time
// and its errors.
//
// A stock gqlgen server can be stopped by one anonymous request: a document
// that repeats one field 50,000 times keeps the validator busy for minutes,
// because comparing fields takes quadratic time. So [Document] checks every
// document before gqlgen validates it, [Cost] computes the cost of an operation
// before it runs, and [POST] reads and answers HTTP within limits.
//
// The files, in reading order:
//
//   - limits.go: the limits, and their defaults
//   - post.go, request.go, get.go, variables.go, accept.go, transport.go: GraphQL over HTTP
//   - trusted.go, manifest.go: trusted documents
//   - document.go, document_analyzer.go, document_cache.go, introspection.go: a document, before it is validated
//   - cost.go, cost_analyzer.go, arguments.go, input.go, oneof.go: the cost and the arguments of an operation
//   - budget.go, heavy.go, read_bytes.go: what a key may spend, who waits for a turn, how much is read
//   - codes.go, errors.go: errors and their codes
//
// Requests are refused with errors of package apierror, whose codes are those of
// package apierror and of codes.go.
//
// A server wants all of them, the transport last because it answers whatever
// the others do not:
//
//	srv.SetDisableSuggestion(true)
//	srv.SetErrorPresenter(limits.ErrorPresenter(describe, requestID, log))
//	srv.SetRecoverFunc(limits.Recover)
//	srv.Use(&limits.Cost{Limits: bounds, Budget: budget, Key: viewerKey})
//	srv.Use(limits.TrustedDocuments{Documents: documents, Only: trustedOnly})
//	srv.SetQueryCache(documents)
//	srv.Use(limits.NewDocument(bounds, documents))
//	srv.Use(limits.Introspection{Allowed: signedIn})
//	srv.AroundResponses(limits.Errors(bounds.Errors))
//	srv.AddTransport(limits.POST{Limits: bounds})
package limits
