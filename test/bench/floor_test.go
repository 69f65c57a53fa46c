package bench_test

import (
	"bytes"
	"context"
	"database/sql"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// floor is the least that a server can do for the same answer: one prepared
// SELECT by the primary key and the same bytes. It knows no keys, no log, no
// metrics, no ent, no rules and no JSON package.
type floor struct {
	directory string
	location  string
	columns   *sql.Stmt // everything that the bytes are made of
	stored    *sql.Stmt // the bytes themselves
}

// openFloor serves, on the installation's database and with a pool like its
// own, /columns/{id} and /stored/{id}.
func openFloor(t testing.TB, database string, in *installation, stored []uuid.UUID) (address string) {
	t.Helper()
	driver, dsn, open := "postgres", in.databaseURL, 16
	if database == "sqlite" {
		driver, open = database, max(4, 2*runtime.GOMAXPROCS(0))
		dsn = "file:" + strings.TrimPrefix(in.databaseURL, "sqlite:") + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)" +
			"&_pragma=cache_size(-8192)&_pragma=mmap_size(268435456)&_pragma=temp_store(MEMORY)&_timezone=UTC"
	}
	db, err := sql.Open(driver, dsn)
	check(t, err)
	db.SetMaxOpenConns(open)
	db.SetMaxIdleConns(open)
	store(t, db, in, stored)

	f := &floor{directory: in.directory.String(), location: "http://" + in.address + "/v2/Users/"}
	names := make([]string, len(written))
	for i, w := range written {
		names[i] = w.column
	}
	f.columns, err = db.Prepare("SELECT created_at, updated_at, version, " + strings.Join(names, ", ") + " FROM users WHERE directory_id = $1 AND id = $2")
	check(t, err)
	f.stored, err = db.Prepare("SELECT version, body FROM stored_answers WHERE directory_id = $1 AND id = $2")
	check(t, err)

	mux := http.NewServeMux()
	mux.HandleFunc("GET /columns/{id}", f.serveColumns)
	mux.HandleFunc("GET /stored/{id}", f.serveStored)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	server := &http.Server{Handler: mux}
	go server.Serve(listener)
	cleanups = append(cleanups, func() { server.Shutdown(context.Background()); db.Close() })
	return listener.Addr().String()
}

// store keeps the server's own answers in a table of the same database.
func store(t testing.TB, db *sql.DB, in *installation, users []uuid.UUID) {
	t.Helper()
	c, err := dial(in.address)
	check(t, err)
	defer c.conn.Close()
	_, err = db.Exec("CREATE TABLE stored_answers (directory_id uuid, id uuid, version integer, body text, PRIMARY KEY (directory_id, id))")
	check(t, err)
	for _, id := range users {
		body, err := c.do(in.scim(200, "GET", "/Users/"+id.String(), ""))
		check(t, err)
		_, err = db.Exec("INSERT INTO stored_answers VALUES ($1, $2, 1, $3)", in.directory.String(), id.String(), string(body))
		check(t, err)
	}
}

func (f *floor) serveStored(w http.ResponseWriter, r *http.Request) {
	var version int64
	var body sql.RawBytes
	rows, err := f.stored.QueryContext(r.Context(), f.directory, r.PathValue("id"))
	if err != nil || !rows.Next() || rows.Scan(&version, &body) != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	defer rows.Close()
	f.write(w, version, body)
}

// form is how a column stands in the answer.
type form int

const (
	text form = iota
	verbatim
	boolean
)

// written are the attributes in the order in which they are answered.
var written = []struct {
	column, name string
	form         form
}{
	{"external_id", "externalId", text}, {"user_name", "userName", text}, {"name", "name", verbatim}, {"display_name", "displayName", text},
	{"nick_name", "nickName", text}, {"profile_url", "profileUrl", text}, {"title", "title", text}, {"user_type", "userType", text},
	{"preferred_language", "preferredLanguage", text}, {"locale", "locale", text}, {"timezone", "timezone", text}, {"active", "active", boolean},
	{"emails", "emails", verbatim}, {"phone_numbers", "phoneNumbers", verbatim}, {"ims", "ims", verbatim}, {"photos", "photos", verbatim},
	{"addresses", "addresses", verbatim}, {"entitlements", "entitlements", verbatim}, {"roles", "roles", verbatim}, {"x509_certificates", "x509Certificates", verbatim},
	{"employee_number", "employeeNumber", text}, {"cost_center", "costCenter", text}, {"organization", "organization", text},
	{"division", "division", text}, {"department", "department", text}, {"manager", "manager", text}, {"extensions", "", verbatim},
}

// enterprise is where the attributes of the extension start.
const enterprise = 20

func (f *floor) serveColumns(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	var created, updated time.Time
	var version int64
	var values [27]sql.RawBytes
	to := make([]any, 0, 3+len(values))
	to = append(to, &created, &updated, &version)
	for i := range values {
		to = append(to, &values[i])
	}
	rows, err := f.columns.QueryContext(r.Context(), f.directory, id)
	if err != nil || !rows.Next() || rows.Scan(to...) != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	defer rows.Close()
	b := make([]byte, 0, 2048)
	b = append(b, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"id":"`...)
	b = append(append(b, id...), '"')
	for i, a := range written[:enterprise] {
		b = attribute(append(b, ','), a.name, a.form, values[i])
	}
	b = append(b, `,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{`...)
	for i, a := range written[enterprise : len(written)-1] {
		b = attribute(append(b, ','), a.name, a.form, values[enterprise+i])
	}
	b = append(b, `},"meta":{"resourceType":"User","created":"`...)
	b = created.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = append(b, `","lastModified":"`...)
	b = updated.UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = append(b, `","location":"`...)
	b = append(append(b, f.location...), id...)
	b = append(b, `","version":"W/\"`...)
	b = strconv.AppendInt(b, version, 10)
	b = append(b, `\""}}`...)
	f.write(w, version, bytes.ReplaceAll(b, []byte("{,"), []byte("{")))
}

// attribute appends an attribute, or takes the comma before it away again.
func attribute(b []byte, name string, f form, value sql.RawBytes) []byte {
	if value == nil {
		return b[:len(b)-1]
	}
	b = append(append(append(b, '"'), name...), `":`...)
	switch f {
	case text: // the people made here need no escapes
		return append(append(append(b, '"'), value...), '"')
	case boolean:
		return strconv.AppendBool(b, value[0] == 't' || value[0] == '1')
	}
	return append(b, value...)
}

func (f *floor) write(w http.ResponseWriter, version int64, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/scim+json")
	h.Set("ETag", `W/"`+strconv.FormatInt(version, 10)+`"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}
