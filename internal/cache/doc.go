// Package cache keeps what was read lately, bounded in entries and in what they
// cost, such as bytes. What it keeps belongs to owners, and one that fills it
// pushes out its own and no other's share: the entry that gives way is the one
// used longest ago of the owner who has most.
//
// In reading order: cache.go has the cache, owners.go who has how much of it.
package cache
