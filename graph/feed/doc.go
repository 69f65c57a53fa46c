// Package feed is the sequence of a company's changes: it gives committed changes
// their numbers, applies them to the counts of directories, prunes those that are
// too old, and reads them for clients.
//
// In reading order: feed.go has the type and its jobs, record.go writes what a
// mutation did to one of the resources of resources.go, events.go tells it to who
// asked, sequence.go numbers changes, counts.go applies and reads counts,
// retention.go prunes. filter.go says which changes are meant, page.go reads them
// from the database, cursor.go has the texts that clients carry. connection.go,
// history.go and subscribe.go are the lists of GraphQL, and tailer.go tails the
// feed for all subscribers.
//
// Errors are those of the database; apierror.Invalid for cursors and pages that
// are none, apierror.NotFound for directories, and apierror.ResyncRequired where
// what comes after a cursor is no longer kept.
package feed
