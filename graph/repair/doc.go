// Package repair corrects what earlier versions wrote wrong, at start and once a
// day: replicas of these versions may run beside this one while an installation
// is upgraded, so that a migration would miss what they still write.
//
// In reading order: repair.go has the type and its jobs, counts.go corrects how
// many members groups and directories count, names.go the keys by which names
// are compared. Errors are those of the database, joined where several parts failed.
package repair
