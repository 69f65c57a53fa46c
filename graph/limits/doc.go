// Package limits bounds what one GraphQL request may cost, before, while and
// after it runs: the size and shape of the document, the variables, the price
// of the answer, the time it takes and the errors it tells.
//
// A stock gqlgen server can be stopped by one anonymous request: a document
// that repeats one field 50,000 times keeps the validator busy for minutes,
// because the cost of comparing fields is quadratic. So [Document] looks at
// every document before gqlgen validates it, [Cost] prices the operation before
// it runs, and [POST] reads and answers HTTP within limits.
//
// A server wants all of them, the transport last because it answers whatever
// the others do not:
//
//	srv.SetDisableSuggestion(true)
//	srv.SetErrorPresenter(limits.ErrorPresenter(describe, requestID, log))
//	srv.SetRecoverFunc(limits.Recover)
//	srv.Use(&limits.Cost{Limits: bounds, Budget: budget, Key: viewerKey})
//	srv.Use(limits.TrustedDocuments{Documents: documents, Only: trustedOnly})
//	srv.Use(limits.NewDocument(bounds))
//	srv.Use(limits.Introspection{Allowed: signedIn})
//	srv.Use(limits.Errors{Max: bounds.Errors})
//	srv.AddTransport(limits.POST{Limits: bounds})
package limits
