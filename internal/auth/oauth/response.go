package oauth

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/entdb/sqlconn"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
)

// Scope is the only scope: SCIM for the client's directory.
const Scope = "scim"

// responseError is an error of RFC 6749 §5.2. Its text does not reveal which
// clients exist.
type responseError struct {
	status     int
	code, text string
	retryAfter time.Duration
}

func (e *responseError) Error() string { return e.code + ": " + e.text }

var (
	// errClient is the answer to every failed authentication, whether the
	// credentials are unknown, expired, revoked, another client's or mistyped.
	errClient = &responseError{status: http.StatusUnauthorized, code: "invalid_client", text: "the client's credentials do not work"}
	// errGrant is errClient for a JWT that is a grant (RFC 7523 §3.1).
	errGrant      = &responseError{status: http.StatusBadRequest, code: "invalid_grant", text: "the assertion does not work"}
	errTwoMethods = invalidRequest(http.StatusBadRequest, "authenticate in one way: with a secret or with a JWT")
)

// authFailure is a failed authentication: the answer to it, and the reason, which
// is only logged.
type authFailure struct {
	response *responseError
	client   uuid.UUID // zero if the request names none
	reason   string
}

func (e *authFailure) Error() string { return e.response.Error() + ": " + e.reason }
func (e *authFailure) Unwrap() error { return e.response }

// failAuth returns errClient with a reason. The reason must not repeat texts of
// the client.
func failAuth(client uuid.UUID, reason string) error { return &authFailure{errClient, client, reason} }

// failVerified refuses a JWT whose signature is the client's. The answer has the
// reason, since only the holder of the client's key can get it.
func failVerified(client uuid.UUID, reason string) error {
	return &authFailure{&responseError{status: errClient.status, code: errClient.code, text: reason}, client, reason}
}

// grantError returns the error for a JWT that was sent as a grant.
func (e *responseError) grantError() *responseError {
	if e == errClient {
		return errGrant
	}
	return &responseError{status: errGrant.status, code: errGrant.code, text: e.text}
}

// errKeys means that the keys of another issuer cannot be fetched.
var errKeys = errors.New("fetching the keys of an issuer")

func invalidRequest(status int, text string) *responseError {
	return &responseError{status: status, code: "invalid_request", text: text}
}

func tooMany(wait time.Duration) *responseError {
	return &responseError{status: http.StatusTooManyRequests, code: "temporarily_unavailable", text: "too many requests; wait before the next one", retryAfter: wait}
}

// fail answers with err (RFC 6749 §5.2) and logs the reason, which the answer
// does not have.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	id := viewer.RequestID(r.Context())
	e, ok := errors.AsType[*responseError](err)
	if !ok {
		s.cfg.Log.Error().Str("request_id", id).Str("error", sqlconn.Detail(err)).Msg("cannot issue an access token")
		text := "the directory is busy; try again"
		if errors.Is(err, errKeys) {
			text = "the keys of the issuer cannot be fetched now"
		}
		e = &responseError{status: http.StatusServiceUnavailable, code: "temporarily_unavailable", text: text, retryAfter: 2 * time.Second}
	}
	if u, ok := errors.AsType[*authFailure](err); ok {
		s.cfg.Log.Info().Str("request_id", id).Stringer("client_id", u.client).Str("reason", u.reason).Msg("an OAuth client was refused")
	}
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="feddir", charset="UTF-8"`)
	}
	if e.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.retryAfter.Seconds()))))
	}
	writeJSON(w, e.status, struct {
		Code string `json:"error"`
		Text string `json:"error_description"`
	}{e.code, e.text})
}

// tokenResponse is a successful response (RFC 6749 §5.1).
type tokenResponse struct {
	token          auth.Secret
	lifetime       time.Duration
	scopeRequested bool // the client asked for a scope, so it is told which it got (§3.3)
}

func (t *tokenResponse) write(w http.ResponseWriter) {
	body := struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int    `json:"expires_in"`
		Scope       string `json:"scope,omitempty"`
	}{t.token.Reveal(), "Bearer", int(t.lifetime.Seconds()), ""}
	if t.scopeRequested {
		body.Scope = Scope
	}
	writeJSON(w, http.StatusOK, body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left needs no answer
}
