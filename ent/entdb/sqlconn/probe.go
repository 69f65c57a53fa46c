package sqlconn

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrSharedSessions refuses a connection pooler that gives one session to several
// clients (transaction or statement pooling).
var ErrSharedSessions = errors.New("sqlconn: a pooler in front of PostgreSQL mixes sessions; connect directly or set the pooler to session pooling")

// probeRounds is enough to find a shared session even if the pooler alternates
// among several.
const probeRounds = 8

// checkSessions makes sure that a connection is one session of the server. Two
// connections ask in turn, with and without transactions; server processes and
// answers must stay with their connection. Through a transaction-pooling proxy
// lib/pq otherwise hands one client's answer to another, without an error.
func checkSessions(ctx context.Context, pool *sql.DB) error {
	for _, ask := range []question{askProcess, askPrepared} {
		if err := interleave(ctx, pool, ask); err != nil {
			return err
		}
	}
	return nil
}

type queryer interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// question asks for the server's process on behalf of connection i.
type question func(ctx context.Context, q queryer, i int) (pid int, err error)

// askProcess needs nothing of the session, so poolers that translate prepared
// statements are found out too.
func askProcess(ctx context.Context, q queryer, _ int) (pid int, err error) {
	err = q.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid)
	return pid, err
}

// askPrepared runs a statement prepared for this connection; the answer shows
// which one was run.
func askPrepared(ctx context.Context, q queryer, i int) (pid int, err error) {
	var answer string
	statement := [...]string{
		"SELECT pg_backend_pid(), 'first ' || $1::text",
		"SELECT pg_backend_pid(), 'second ' || $1::text",
	}[i]
	if err := q.QueryRowContext(ctx, statement, "answer").Scan(&pid, &answer); err != nil {
		return 0, err
	}
	if answer != [...]string{"first answer", "second answer"}[i] {
		return 0, ErrSharedSessions
	}
	return pid, nil
}

func interleave(ctx context.Context, pool *sql.DB, ask question) error {
	var conns [2]*sql.Conn
	for i := range conns {
		c, err := pool.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close()
		conns[i] = c
	}
	var pids [2]int
	check := func(q queryer, i int) error {
		pid, err := ask(ctx, q, i)
		if err != nil {
			return sharedIf(err)
		}
		if pids[i] != 0 && pids[i] != pid || pid == pids[1-i] {
			return ErrSharedSessions
		}
		pids[i] = pid
		return nil
	}
	for round := range probeRounds {
		a := round % 2
		if err := check(conns[a], a); err != nil {
			return err
		}
		if err := holdBoth(ctx, conns, 1-a, check); err != nil {
			return sharedIf(err)
		}
	}
	return nil
}

// holdBoth lets both connections ask, first first, in transactions that are open
// at the same time: a pooler must give the second another session then.
func holdBoth(ctx context.Context, conns [2]*sql.Conn, first int, check func(queryer, int) error) error {
	for _, i := range []int{first, 1 - first} {
		tx, err := conns[i].BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := check(tx, i); err != nil {
			return err
		}
	}
	return nil
}

// sharedIf reads the errors a mixed session gives: a prepared statement another
// client made, or did not make.
func sharedIf(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	switch e.Code {
	case "26000", "42P05", "08P01", "34000":
		return fmt.Errorf("%w (%s)", ErrSharedSessions, e.Code)
	}
	return err
}
