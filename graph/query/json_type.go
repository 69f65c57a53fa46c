package query

import (
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/feddir/feddir/internal/scim/filter"
)

// number is a value that is a number.
type number struct{ textOf }

// jsonNumber is NULL for a number that is too large, or has too many digits for
// PostgreSQL: one such value must not make every filter fail.
func jsonNumber(s *sql.Selector, _ string) expression {
	if !onPostgres(s) {
		return raw("(CASE WHEN e.type IN ('integer', 'real') AND e.value BETWEEN -1e140 AND 1e140 THEN e.value END)")
	}
	const few = `'^-?[0-9]{1,40}([.][0-9]{1,40})?([eE][+-]?[0-9]{1,2})?$'`
	return raw("(CASE WHEN json_typeof(e.value) = 'number' AND (e.value #>> '{}') ~ " + few + " THEN CAST(e.value #>> '{}' AS numeric) END)")
}

func (x number) compare(op filter.Op, o operand) condition {
	return func(s *sql.Selector, row string) *sql.Predicate { return compareArg(x.textOf(s, row), op, o.number) }
}

// key writes the sign, the whole part, and the fraction. A negative whole part is
// written as its distance from a far smaller number.
func (x number) key(s *sql.Selector, row string) expression {
	v := x.textOf(s, row)
	if onPostgres(s) {
		return write("((CASE WHEN ", v, " < 0 THEN '0' || lpad(CAST(1e140 + floor(", v, ") AS text), 150, '0')"+
			" ELSE '1' || lpad(CAST(floor(", v, ") AS text), 150, '0') END) || to_char(", v, " - floor(", v, "), 'FM0.000000000'))")
	}
	whole := write("(CAST(", v, " AS integer) - (", v, " < CAST(", v, " AS integer)))")
	return write("((CASE WHEN ", v, " < 0 THEN printf('0%019d', ", whole, " + 9223372036854775807)"+
		" ELSE printf('1%019d', ", whole, ") END) || printf('%.9f', ", v, " - ", whole, "))")
}

// timeText is a time that is stored as the text that was given. It is compared as
// UTC with milliseconds.
type timeText struct{ textOf }

const millis = "2006-01-02T15:04:05.000"

func jsonTime(s *sql.Selector, row string) expression {
	given := jsonString(s, row)
	if !onPostgres(s) {
		return write("(CASE WHEN ", given, " GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:*' THEN strftime('%Y-%m-%dT%H:%M:%f', ", given, ") END)")
	}
	// A cast would fail for a text that is not a date.
	const shape = `'^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?$'`
	part := func(from, length string) expression {
		return write("CAST(substr(", given, ", "+from+", "+length+") AS integer)")
	}
	return write("(CASE WHEN ", given, " ~ "+shape+" THEN to_char(timestamp '2000-01-01' + make_interval(years => ", part("1", "4"), " - 2000, months => ", part("6", "2"),
		" - 1, days => ", part("9", "2"), " - 1, hours => ", part("12", "2"), ", mins => ", part("15", "2"),
		", secs => CAST(substring(", given, ", '^.{17}([0-9.]+)') AS double precision))"+
			" - make_interval(mins => COALESCE(CAST(substring(", given, ", '([+-])[0-9]{2}:[0-9]{2}$') || '1' AS integer)"+
			" * (60 * CAST(substring(", given, ", '[+-]([0-9]{2}):[0-9]{2}$') AS integer) + CAST(substring(", given, ", '[+-][0-9]{2}:([0-9]{2})$') AS integer)), 0)),"+
			` 'YYYY-MM-DD"T"HH24:MI:SS.MS') END)`)
}

func (x timeText) compare(op filter.Op, o operand) condition {
	at := o.at.Truncate(time.Millisecond).Format(millis)
	return func(s *sql.Selector, row string) *sql.Predicate {
		return compareText(s, bytewise(s, x.textOf(s, row)), op, at)
	}
}

func (x timeText) key(s *sql.Selector, row string) expression { return x.textOf(s, row) }
