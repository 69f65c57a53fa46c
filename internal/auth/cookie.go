package auth

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/account"
	"github.com/feddir/feddir/ent/generated/company"
	"github.com/feddir/feddir/ent/generated/directory"
	"github.com/feddir/feddir/ent/generated/session"
	"github.com/feddir/feddir/ent/generated/user"
	"github.com/feddir/feddir/ent/viewer"
)

// SessionCookie is the name of the cookie of a session. With this prefix browsers
// take it over HTTPS or from this machine alone, and from no other host (RFC
// 6265bis, section 4.1.3.2).
const SessionCookie = "__Host-feddir_session"

const (
	// SessionIdle is how long a session lasts that is not used.
	SessionIdle = 8 * time.Hour
	// SessionLifetime is how long a session lasts, however much it is used.
	SessionLifetime = 7 * 24 * time.Hour
	// sessionUseEvery is how often the use of a session is written.
	sessionUseEvery = time.Minute
)

// SetSession gives a browser the cookie of a new session.
func SetSession(w http.ResponseWriter, secret Secret) {
	http.SetCookie(w, &http.Cookie{
		Name: SessionCookie, Value: secret.Reveal(), Path: "/", MaxAge: int(SessionLifetime.Seconds()),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// ClearSession takes the cookie of a session from a browser.
func ClearSession(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: SessionCookie, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// hasSession reports whether a request shows a session and no key. Sessions open
// what API keys open.
func (s Surface) hasSession(r *http.Request) bool {
	return s.CrossOrigin && len(r.Header["Authorization"]) == 0 && len(r.CookiesNamed(SessionCookie)) > 0
}

// Session returns the viewer of the session of a request; ok is false if it has
// none that is valid. How the request was sent is for the caller to check. The
// error means that the database does not answer.
func (a *Authenticator) Session(r *http.Request) (v viewer.Viewer, ok bool, err error) {
	g, err := a.findSession(r)
	if err != nil || !g.valid(a.cfg.Now()) {
		return viewer.Viewer{}, false, err
	}
	v = g.viewer
	v.Source, v.Address = viewer.SourceAPI, a.cfg.Proxies.Client(r).String()
	return v, true, nil
}

func (a *Authenticator) findSession(r *http.Request) (*grant, error) {
	cookies := r.CookiesNamed(SessionCookie)
	if len(cookies) != 1 {
		return nil, nil
	}
	secret, kind, err := Parse(cookies[0].Value)
	if err != nil || kind != Session {
		return nil, nil
	}
	return a.find(r.Context(), Session, digest(secret.Digest(a.cfg.Pepper)))
}

// sameSite is the check of requests that change something; its zero value trusts
// no other origin.
var sameSite http.CrossOriginProtection

// cookieFault says why the cookie of a request does not count, however valid it
// is: pages of other origins make browsers send it too.
func cookieFault(r *http.Request, stream bool) string {
	switch {
	case r.Method == http.MethodPost:
		if sameSite.Check(r) != nil {
			return "a page of another origin sent this request, and a session counts for the console's own pages alone"
		}
	case !stream || !isWebSocket(r):
		return "a session opens GraphQL by POST and WebSocket alone"
	case r.Header.Get("Origin") == "" || !sameOrigin(r, r.Header.Get("Origin")):
		return "a page of another origin opened this connection, and a session counts for the console's own pages alone"
	}
	return ""
}

// admitSession is admit for a request with the cookie of a session. A WebSocket
// whose cookie does not count may still show a key.
func (a *Authenticator) admitSession(s Surface, next http.Handler, w http.ResponseWriter, r *http.Request) {
	stream := s.Stream != nil && s.Stream(r)
	var g *grant
	var err error
	reason := cookieFault(r, stream)
	if reason == "" {
		if g, err = a.findSession(r); err != nil {
			a.logLookup(r.Context(), err)
			w.Header().Set("Retry-After", "2")
			s.Refuse(w, r, http.StatusServiceUnavailable, "")
			return
		}
		if !g.valid(a.cfg.Now()) {
			reason = "the session has ended; sign in again"
		}
	}
	if reason != "" && s.authenticatesLate(r) {
		a.admitUnauthenticated(next, w, r)
		return
	}
	w.Header().Add("Vary", "Cookie")
	if reason != "" {
		challenge(w.Header(), false, s.Metadata)
		s.Refuse(w, r, http.StatusUnauthorized, reason)
		return
	}
	shown := http.Header{"Cookie": r.Header["Cookie"]}
	a.pass(s, g, func(ctx context.Context) (*grant, error) {
		return a.findSession((&http.Request{Header: shown}).WithContext(ctx))
	}, next, w, r)
}

// loadSession reads a session in one statement, with its account and the
// directories of its company that are being deleted. It does not count if the
// account is disabled, or linked to a user that is not there or not active.
func (a *Authenticator) loadSession(ctx context.Context, d digest) (*grant, error) {
	query := a.db.Client(ctx).Session.Query().Where(session.Digest(d[:]))
	query.Modify(joinAccount)
	rows, err := query.All(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return sessionGrant(rows)
}

// These are the columns that joinAccount selects beside those of the session.
const (
	accountRole        = "account_role"
	accountDirectories = "account_directories"
)

func joinAccount(s *sql.Selector) {
	acc, owner, u, dir := sql.Table(account.Table), sql.Table(company.Table), sql.Table(user.Table), sql.Table(directory.Table)
	companyOf := func(t *sql.SelectTable) *sql.Predicate {
		return sql.ColumnsEQ(s.C(session.FieldCompanyID), t.C(session.FieldCompanyID))
	}
	s.Join(acc).OnP(sql.And(companyOf(acc), sql.ColumnsEQ(s.C(session.FieldAccountID), acc.C(account.FieldID))))
	s.Join(owner).On(s.C(session.FieldCompanyID), owner.C(company.FieldID))
	s.LeftJoin(u).OnP(sql.And(companyOf(u),
		sql.ColumnsEQ(acc.C(account.FieldLinkedDirectoryID), u.C(user.FieldDirectoryID)), sql.ColumnsEQ(acc.C(account.FieldLinkedUserID), u.C(user.FieldID))))
	s.LeftJoin(dir).OnP(sql.And(companyOf(dir), sql.EQ(dir.C(directory.FieldState), string(directory.StateDELETING))))
	deleting := sql.Table(directory.Table).As("linked")
	s.Where(sql.And(
		sql.EQ(owner.C(company.FieldState), string(company.StateACTIVE)),
		sql.EQ(acc.C(account.FieldState), string(account.StateACTIVE)),
		sql.Or(sql.IsNull(acc.C(account.FieldLinkedUserID)), sql.EQ(u.C(user.FieldActive), true)),
		sql.NotExists(sql.Select(deleting.C(directory.FieldID)).From(deleting).Where(sql.And(
			sql.ColumnsEQ(deleting.C(directory.FieldCompanyID), acc.C(account.FieldCompanyID)),
			sql.ColumnsEQ(deleting.C(directory.FieldID), acc.C(account.FieldLinkedDirectoryID)),
			sql.EQ(deleting.C(directory.FieldState), string(directory.StateDELETING)),
		))),
	))
	selectText(s, acc.C(account.FieldRole), accountRole)
	selectText(s, acc.C(account.FieldDirectoryIds), accountDirectories)
	selectText(s, dir.C(directory.FieldID), directoryID)
}

// sessionGrant returns the grant of a session, from one row for each directory
// that is being deleted.
func sessionGrant(rows []*ent.Session) (*grant, error) {
	row := rows[0]
	var role, administered string
	for column, to := range map[string]*string{accountRole: &role, accountDirectories: &administered} {
		if err := scanText(row.Value, column, to); err != nil {
			return nil, err
		}
	}
	var directories []uuid.UUID
	if administered != "" {
		if err := json.Unmarshal([]byte(administered), &directories); err != nil {
			return nil, err
		}
	}
	g := &grant{
		expires: earlier(row.ExpiresAt, row.LastUsedAt.Add(SessionIdle)), used: row.LastUsedAt,
		viewer: viewer.Viewer{
			Kind: viewer.Account, CompanyID: row.CompanyID, AccountID: row.AccountID, SessionID: row.ID,
			Scopes: viewer.Role(role).Scopes(len(directories) > 0), Directories: directories, AuthenticatedAt: row.AuthenticatedAt,
		},
	}
	for _, r := range rows {
		var id string
		if err := scanText(r.Value, directoryID, &id); err != nil {
			return nil, err
		}
		if id != "" {
			deleting, err := uuid.Parse(id)
			if err != nil {
				return nil, err
			}
			g.viewer.DeletedDirectories = append(g.viewer.DeletedDirectories, deleting)
		}
	}
	return g, nil
}

// scanText reads a column that selectText selected.
func scanText(value func(string) (ent.Value, error), column string, to *string) error {
	v, err := value(column)
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case string:
		*to = v
	case []byte:
		*to = string(v)
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
