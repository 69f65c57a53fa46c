package sqlconn

import (
	"database/sql"
	"errors"
	"net/url"
	"testing"

	"github.com/feddir/feddir/ent/entdb/pgtest"
)

func TestEncodingThatHoldsNotEveryTextIsRefused(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("postgres", u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	for _, encoding := range []string{"latin1", "sql_ascii"} {
		name := u.Path[1:] + "_" + encoding
		if _, err := admin.Exec("CREATE DATABASE " + name + " ENCODING '" + encoding + "' LOCALE 'C' TEMPLATE template0"); err != nil {
			t.Fatal(err)
		}
		db, err := Open(t.Context(), Config{URL: u.JoinPath("..", name).String()})
		if err == nil {
			db.Close()
		}
		if !errors.Is(err, ErrEncoding) {
			t.Errorf("%s: %v, want ErrEncoding", encoding, err)
		}
	}
}
