package isolation_test

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	_ "modernc.org/sqlite"
)

// answer is what a request got, whole.
type answer struct {
	status int
	header http.Header
	body   string
}

func do(h http.Handler, r *http.Request, secret string) answer {
	w := httptest.NewRecorder()
	return doTo(h, r, secret, w, w)
}

// doTo is do with a writer around the recorder.
func doTo(h http.Handler, r *http.Request, secret string, w http.ResponseWriter, recorded *httptest.ResponseRecorder) answer {
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("X-Request-Id", "isolation-test")
	h.ServeHTTP(w, r)
	return answer{recorded.Code, recorded.Header(), recorded.Body.String()}
}

// text is all that a client sees, in one string, without what it sent itself.
func (a answer) text(sent string) string {
	whole := fmt.Sprintf("%d\n%v\n%s", a.status, a.header, a.body)
	if sent == "" {
		return whole
	}
	quoted, _ := json.Marshal(sent)
	return strings.NewReplacer(sent, "<sent>", string(quoted[1:len(quoted)-1]), "<sent>").Replace(whole)
}

// leaks tells what of others is in an answer.
func (a answer) leaks(sent string, others ...*folder) []string {
	text := a.text(sent)
	cursors := decoded(a.body)
	var found []string
	for _, f := range others {
		if strings.Contains(strings.ToLower(text), f.mark) {
			found = append(found, f.mark)
		}
		for name, id := range f.ids() {
			if f.shared(name) {
				continue
			}
			if strings.Contains(text, id.String()) || strings.Contains(cursors, string(id[:])) && !strings.Contains(sentBytes(sent), string(id[:])) {
				found = append(found, name+" "+id.String())
			}
		}
	}
	return found
}

// shared says whether siblings have a thing in common.
func (f *folder) shared(name string) bool { return f.mark == siblingMark && name == "company" }

// decoded is what the strings of a JSON text hold in base64, such as cursors.
func decoded(body string) string {
	var all []byte
	for _, s := range strings.Split(body, `"`) {
		all = append(all, sentBytes(s)...)
		all = append(all, '\n')
	}
	return string(all)
}

func sentBytes(s string) string {
	raw, _ := base64.RawURLEncoding.DecodeString(s)
	return string(raw)
}

// rowsOf returns every row of the database that is a company's.
func (w *world) rowsOf(t testing.TB, company uuid.UUID) []string {
	t.Helper()
	return w.rowsWhere(t, " company_id="+company.String()+" ", "companies id="+company.String()+" ")
}

// rowsIn returns every row of the database that is a directory's.
func (w *world) rowsIn(t testing.TB, directory uuid.UUID) []string {
	t.Helper()
	return w.rowsWhere(t, " directory_id="+directory.String()+" ")
}

func (w *world) rowsWhere(t testing.TB, any ...string) []string {
	t.Helper()
	return slices.DeleteFunc(w.dump(t), func(row string) bool {
		return !slices.ContainsFunc(any, func(s string) bool { return strings.Contains(row+" ", s) })
	})
}

// dump returns every row of every table.
func (w *world) dump(t testing.TB) []string {
	t.Helper()
	db := must(sql.Open("sqlite", "file:"+w.file+"?mode=ro"))
	defer db.Close()
	var all []string
	for _, table := range column(db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") {
		rows := must(db.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`))
		names := must(rows.Columns())
		for rows.Next() {
			values, targets := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				targets[i] = &values[i]
			}
			if err := rows.Scan(targets...); err != nil {
				t.Fatal(err)
			}
			row := table
			for i, v := range values {
				if raw, ok := v.([]byte); ok {
					v = string(raw)
				}
				row += fmt.Sprintf(" %s=%v", names[i], v)
			}
			all = append(all, row)
		}
		rows.Close()
	}
	slices.Sort(all)
	return all
}

func column(db *sql.DB, query string) (all []string) {
	rows := must(db.Query(query))
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			panic(err)
		}
		all = append(all, s)
	}
	return all
}

// unchanged fails the test when rows of others are not as they were.
func unchanged(t testing.TB, before, after []string) {
	t.Helper()
	for _, row := range before {
		if _, ok := slices.BinarySearch(after, row); !ok {
			t.Errorf("changed or gone: %.300s", row)
		}
	}
	for _, row := range after {
		if _, ok := slices.BinarySearch(before, row); !ok {
			t.Errorf("new: %.300s", row)
		}
	}
}

// absent returns an id of nothing, next to id and of the same type.
func absent(id uuid.UUID) uuid.UUID {
	for i := len(id) - 4; i < len(id); i++ {
		id[i] ^= 0x55
	}
	return id
}
