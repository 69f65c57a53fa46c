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
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	r.Header.Set("X-Request-Id", "isolation-test")
	h.ServeHTTP(w, r)
	return answer{recorded.Code, recorded.Header(), recorded.Body.String()}
}

// text is all that a client sees, in one string, without what was sent.
func (a answer) text(sent ...string) string {
	whole := fmt.Sprintf("%d\n%v\n%s", a.status, a.header, a.body)
	var replaced []string
	for _, s := range sent {
		if s != "" {
			quoted, _ := json.Marshal(s)
			replaced = append(replaced, s, "<sent>", string(quoted[1:len(quoted)-1]), "<sent>")
		}
	}
	return strings.NewReplacer(replaced...).Replace(whole)
}

// difference shows two texts from shortly before where they differ.
func difference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	from := max(0, at-200)
	return fmt.Sprintf("%.500s\n%.500s", a[from:], b[from:])
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
	driver, source, tables := "postgres", w.url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	if file, ok := strings.CutPrefix(w.url, "sqlite:"); ok {
		driver, source, tables = "sqlite", "file:"+file+"?mode=ro", "SELECT name FROM sqlite_master WHERE type = 'table'"
	}
	db := must(sql.Open(driver, source))
	defer db.Close()
	var all []string
	for _, table := range query(t, db, tables) {
		for _, row := range query(t, db, `SELECT * FROM "`+table+`"`) {
			all = append(all, table+row)
		}
	}
	slices.Sort(all)
	return all
}

// query returns the rows of a statement as texts: of a single column its
// value, else each column with its name.
func query(t testing.TB, db *sql.DB, statement string) (all []string) {
	t.Helper()
	rows := must(db.QueryContext(t.Context(), statement))
	defer rows.Close()
	names := must(rows.Columns())
	for rows.Next() {
		values, targets := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		text := ""
		for i, v := range values {
			if raw, ok := v.([]byte); ok {
				v = string(raw)
			}
			if len(names) > 1 {
				text += " " + names[i] + "="
			}
			text += fmt.Sprint(v)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
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
