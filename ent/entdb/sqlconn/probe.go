package sqlconn

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// ErrSharedSessions refuses a connection pooler that gives one session to several
// clients (transaction or statement pooling).
var ErrSharedSessions = errors.New("sqlconn: between here and PostgreSQL a pooler mixes sessions; connect directly or set it to session pooling")

// probeRounds is enough to meet a shared session also where the pooler takes
// turns among several.
const probeRounds = 8

// checkSessions makes sure that a connection is one session of the server. Two
// connections run different prepared statements in turn, with and without
// transactions; answers and server processes must stay with their connection.
// Through a transaction-pooling proxy lib/pq otherwise hands one client's answer
// to another, without an error.
func checkSessions(ctx context.Context, pool *sql.DB) error {
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
	for round := range 2 * probeRounds {
		// A first: A is out of a transaction, then B holds one while A opens its own.
		a := round % 2
		b := 1 - a
		if err := askAlone(ctx, conns[a], a, &pids[a]); err != nil {
			return sharedIf(err)
		}
		if err := askTogether(ctx, conns, b, a, &pids); err != nil {
			return sharedIf(err)
		}
		if pids[0] == pids[1] {
			return ErrSharedSessions
		}
	}
	return nil
}

// probeTexts differ so that an answer shows which statement was run.
var probeTexts = [2]string{
	"SELECT pg_backend_pid(), 'first ' || $1::text",
	"SELECT pg_backend_pid(), 'second ' || $1::text",
}

var probeAnswers = [2]string{"first answer", "second answer"}

func askAlone(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, i int, pid *int) error {
	var now int
	var text string
	if err := q.QueryRowContext(ctx, probeTexts[i], "answer").Scan(&now, &text); err != nil {
		return err
	}
	if text != probeAnswers[i] || *pid != 0 && *pid != now {
		return ErrSharedSessions
	}
	*pid = now
	return nil
}

// askTogether lets both connections ask inside transactions that are open at the
// same time.
func askTogether(ctx context.Context, conns [2]*sql.Conn, first, second int, pids *[2]int) error {
	for _, i := range []int{first, second} {
		tx, err := conns[i].BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := askAlone(ctx, tx, i, &pids[i]); err != nil {
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
