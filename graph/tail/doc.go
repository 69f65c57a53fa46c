// Package tail lets many subscribers of a process follow a list that is read
// once, be it of changes or of anything else that has an order.
//
// In reading order: tailer.go reads what is new in a list and buffers the latest,
// tailers.go shares one tailer among all subscribers of a list, subscriber.go is
// the way of one of them, and delivery.go hands its rows to a client as events.
//
// A subscription ends with the cause of [Ended] where its list has ended, with
// SLOW_CONSUMER where its client is too slow, and else with errors of reading.
package tail
