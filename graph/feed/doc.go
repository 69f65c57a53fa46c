// Package feed is the sequence of a company's changes: it gives committed changes
// their numbers, applies them to the counts of directories, prunes those that are
// too old, and lets many subscribers follow what is read once.
//
// In reading order: feed.go has the type and its jobs, record.go writes what a
// mutation did, events.go tells it to who asked, sequence.go numbers changes, counts.go applies and reads counts, retention.go prunes. tailer.go
// reads what is new in a list, of changes or of anything else that has an order,
// tailers.go shares one tailer among all subscribers of a list, and
// subscriber.go is the way of one of them. filter.go says which changes are
// meant, page.go reads them from the database, cursor.go has the texts that
// clients carry, and changes.go tails them.
//
// Errors are those of the database; [Subscriber.Run] tells besides of a list
// that has ended ([Ended]) and of a subscriber that is too slow ([ErrSlow]).
package feed
