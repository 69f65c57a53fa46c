// Package load reads what one request, or one event of a subscription, asks
// for: once, and together what is asked of several things alike. It is the
// dataloader of GraphQL servers, and knows no types of this one.
//
// A document asks the same of all things that one of its fields gave. So what
// was read together is primed, and the first field that leads on from one of
// them reads what the same field of all of them leads to, in one statement
// (look-ahead). What nobody asks for is never read.
//
// In reading order: loaders.go has what a request has loaded, and how it gets
// it; loader.go what a field leads to, one for each; per_owner.go what a field
// has of its own for each owner, such as lists and totals; batch.go one
// statement for many keys; middleware.go who begins anew when.
//
// Errors are those of reading, and apierror.NotFound from Required.
package load
