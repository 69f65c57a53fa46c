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

// Scope is the one scope that there is: SCIM for the client's directory.
const Scope = "scim"

// refusal is an answer of RFC 6749 §5.2. Its text tells nothing of what exists.
type refusal struct {
	status     int
	code, text string
	retryAfter time.Duration
}

func (e *refusal) Error() string { return e.code + ": " + e.text }

var (
	// errClient is the one answer to all that is wrong with a client's
	// credentials: unknown, expired, revoked, another's or mistyped.
	errClient = &refusal{status: http.StatusUnauthorized, code: "invalid_client", text: "the client's credentials do not work"}
	// errGrant is the same for a JWT that is a grant (RFC 7523 §3.1).
	errGrant   = &refusal{status: http.StatusBadRequest, code: "invalid_grant", text: "the assertion does not work"}
	errTwoWays = invalidRequest(http.StatusBadRequest, "authenticate in one way: with a secret or with a JWT")
)

// unproven is the answer to credentials that do not work, with the reason,
// which the log alone is told.
type unproven struct {
	answer *refusal
	client uuid.UUID // that was named; zero where none was
	reason string
}

func (e *unproven) Error() string { return e.answer.Error() + ": " + e.reason }
func (e *unproven) Unwrap() error { return e.answer }

// because is errClient with its reason. No text of a client belongs in it.
func because(client uuid.UUID, reason string) error { return &unproven{errClient, client, reason} }

// proven is the answer to a JWT that the client has signed and that is refused
// all the same: whoever holds its key may know why.
func proven(client uuid.UUID, reason string) error {
	return &unproven{&refusal{status: errClient.status, code: errClient.code, text: reason}, client, reason}
}

// asGrant is an answer about a JWT that was shown as a grant.
func (e *refusal) asGrant() *refusal {
	if e == errClient {
		return errGrant
	}
	return &refusal{status: errGrant.status, code: errGrant.code, text: e.text}
}

// errKeys says that the keys of another issuer could not be had.
var errKeys = errors.New("fetching the keys of an issuer")

func invalidRequest(status int, text string) *refusal {
	return &refusal{status: status, code: "invalid_request", text: text}
}

func tooMany(wait time.Duration) *refusal {
	return &refusal{status: http.StatusTooManyRequests, code: "temporarily_unavailable", text: "too many requests; wait a little", retryAfter: wait}
}

// fail answers with err (RFC 6749 §5.2) and logs what the answer does not tell.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	id := viewer.RequestID(r.Context())
	e, ok := errors.AsType[*refusal](err)
	if !ok {
		s.cfg.Log.Error().Str("request_id", id).Str("error", sqlconn.Detail(err)).Msg("cannot issue an access token")
		text := "the directory is busy; try again"
		if errors.Is(err, errKeys) {
			text = "the keys of the issuer cannot be fetched now"
		}
		e = &refusal{status: http.StatusServiceUnavailable, code: "temporarily_unavailable", text: text, retryAfter: 2 * time.Second}
	}
	if u, ok := errors.AsType[*unproven](err); ok {
		s.cfg.Log.Info().Str("request_id", id).Stringer("client_id", u.client).Str("reason", u.reason).Msg("an OAuth client was refused")
	}
	if e.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="feddir", charset="UTF-8"`)
	}
	if e.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.retryAfter.Seconds()))))
	}
	answer(w, e.status, struct {
		Code string `json:"error"`
		Text string `json:"error_description"`
	}{e.code, e.text})
}

// issued is a successful answer (RFC 6749 §5.1).
type issued struct {
	token    auth.Secret
	lifetime time.Duration
	scoped   bool // the client asked for a scope, so it is told which it got (§3.3)
}

func (t *issued) write(w http.ResponseWriter) {
	body := struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int    `json:"expires_in"`
		Scope       string `json:"scope,omitempty"`
	}{t.token.Reveal(), "Bearer", int(t.lifetime.Seconds()), ""}
	if t.scoped {
		body.Scope = Scope
	}
	answer(w, http.StatusOK, body)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Pragma", "no-cache")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left needs no answer
}
