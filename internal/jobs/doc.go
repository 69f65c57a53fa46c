// Package jobs runs the background work of a server: a table of jobs, each with
// a name, an interval, what wakes it and a function, and one runner for all.
//
// job.go says what a job is, signal.go wakes one, runner.go runs them and
// stats.go tells how they went. What a job fails with is logged, counted and
// tried again with its next run; nothing is returned.
package jobs
