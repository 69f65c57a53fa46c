package oauth

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
)

const (
	maxBody = 16 << 10

	grantClientCredentials = "client_credentials"
	grantJWTBearer         = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	assertionJWTBearer     = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// request is a request for a token, well-formed and not yet believed.
type request struct {
	client       uuid.UUID // zero for the id of no client
	clientSecret string
	assertion    *assertion // a JWT in the secret's place, or nil
	asGrant      bool       // the JWT is the grant (RFC 7523 §2.1), not the client's authentication (§2.2)
	scoped       bool       // it asks for a scope
}

// readRequest reads the one form of a request that RFC 6749 §4.4.2 and RFC
// 7523 §2 know.
func readRequest(w http.ResponseWriter, r *http.Request) (*request, error) {
	form, err := readForm(w, r)
	if err != nil {
		return nil, err
	}
	return newRequest(form, r.Header)
}

func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return nil, invalidRequest(http.StatusMethodNotAllowed, "send a POST")
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, invalidRequest(http.StatusUnsupportedMediaType, "send application/x-www-form-urlencoded")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, invalidRequest(http.StatusRequestEntityTooLarge, "the body has more than 16 kB")
	}
	if err != nil {
		return nil, invalidRequest(http.StatusBadRequest, "the body could not be read")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, invalidRequest(http.StatusBadRequest, "the form is malformed")
	}
	for name, values := range form {
		if len(values) > 1 {
			return nil, invalidRequest(http.StatusBadRequest, "a parameter is repeated: "+known(name))
		}
	}
	return form, nil
}

// known returns the name of a parameter, if we know it, for an error to tell.
func known(name string) string {
	switch name {
	case "grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type", "assertion", "scope", "token", "token_type_hint":
		return name
	}
	return "an unknown one"
}

func newRequest(form url.Values, h http.Header) (*request, error) {
	var jwt string
	var err error
	req := &request{clientSecret: form.Get("client_secret"), scoped: form.Get("scope") != ""}
	switch form.Get("grant_type") {
	case grantClientCredentials:
		if jwt, err = clientAssertion(form); err != nil {
			return nil, err
		}
	case grantJWTBearer:
		req.asGrant, jwt = true, form.Get("assertion")
		if jwt == "" || form.Get("client_assertion") != "" {
			return nil, invalidRequest(http.StatusBadRequest, "send one JWT, as assertion")
		}
	case "":
		return nil, invalidRequest(http.StatusBadRequest, "grant_type is missing")
	default:
		return nil, &refusal{status: http.StatusBadRequest, code: "unsupported_grant_type", text: "grant_type must be " + grantClientCredentials + " or " + grantJWTBearer}
	}
	return req, req.readClient(jwt, form.Get("client_id"), h)
}

// clientAssertion returns the JWT that a client shows in place of a secret, if
// it does (RFC 7523 §2.2).
func clientAssertion(form url.Values) (jwt string, err error) {
	if jwt = form.Get("client_assertion"); (jwt != "") != (form.Get("client_assertion_type") == assertionJWTBearer) {
		return "", invalidRequest(http.StatusBadRequest, "client_assertion and client_assertion_type="+assertionJWTBearer+" go together")
	}
	return jwt, nil
}

// readClient reads what the client shows to prove who it is.
func (req *request) readClient(jwt, clientID string, h http.Header) error {
	if jwt != "" {
		return req.readAssertion(jwt, clientID, h)
	}
	return req.readHeader(clientID, h)
}

// readAssertion reads a JWT, and whose it says it is where the form does not.
func (req *request) readAssertion(jwt, clientID string, h http.Header) (err error) {
	if req.clientSecret != "" || len(h["Authorization"]) > 0 {
		return errTwoWays
	}
	if req.assertion, err = parseAssertion(jwt); err != nil {
		answer := errClient
		if req.asGrant {
			answer = errGrant
		}
		return &unproven{answer, parseClientID(clientID), "the JWT is malformed, or not signed by RS256 or ES256"}
	}
	if clientID == "" {
		clientID = req.assertion.claims.Issuer
	}
	req.client = parseClientID(clientID)
	return nil
}

// readHeader reads HTTP Basic credentials (RFC 6749 §2.3.1). Clients may also
// send them twice, as Entra does; then both must be the same.
func (req *request) readHeader(clientID string, h http.Header) error {
	if values := h["Authorization"]; len(values) > 0 {
		id, secret, ok := basic(values)
		if !ok {
			return because(parseClientID(clientID), "the header Authorization is no Basic of id and secret")
		}
		if clientID != "" && clientID != id || req.clientSecret != "" && req.clientSecret != secret {
			return invalidRequest(http.StatusBadRequest, "the credentials in the header and in the body differ")
		}
		clientID, req.clientSecret = id, secret
	}
	req.client = parseClientID(clientID)
	return nil
}

func basic(values []string) (id, secret string, ok bool) {
	scheme, encoded, _ := strings.Cut(values[0], " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return "", "", false
	}
	id, secret, ok = strings.Cut(string(plain), ":")
	id, err = url.QueryUnescape(id)
	secret, err2 := url.QueryUnescape(secret)
	return id, secret, ok && err == nil && err2 == nil
}

// parseClientID reads the id of a client; what is none is the id of nothing.
func parseClientID(text string) uuid.UUID {
	return schematype.ParseID(text, schematype.TypeOAuthClient)
}
