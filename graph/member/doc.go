// Package member reads and changes the members of groups. What it costs to add
// or remove one does not depend on the size of the group.
//
// In reading order: member.go reads members and memberships, change.go has the
// changes of members with their counts and their records, insert.go and delete.go
// the statements of these, cycle.go keeps groups from containing themselves,
// batches.go deletes groups with many members, pages.go has the lists of
// memberships over GraphQL.
//
// Its functions fail with *apierror.Error, such as [ErrCycle], or with what
// dberror.Describe makes one of. That a member does not exist is an error whose
// text only a transaction of [tx.Runner] completes (errors.go).
package member
