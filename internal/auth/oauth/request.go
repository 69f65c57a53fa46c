package oauth

import (
	"cmp"
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

// request is a well-formed request for a token. It is not authenticated yet.
type request struct {
	client         uuid.UUID // zero for a malformed id
	clientSecret   string
	assertion      *assertion // a JWT in the secret's place, or nil
	asGrant        bool       // the JWT is the grant (RFC 7523 §2.1), not the client's authentication (§2.2)
	scopeRequested bool       // it asks for a scope
}

// readRequest reads a request of RFC 6749 §4.4.2 or RFC 7523 §2.
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
			return nil, invalidRequest(http.StatusBadRequest, "a parameter is repeated: "+knownParameter(name))
		}
	}
	return form, nil
}

// knownParameter returns the name of a parameter for an error. It does not repeat
// an unknown name.
func knownParameter(name string) string {
	switch name {
	case "grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type", "assertion", "scope", "token", "token_type_hint":
		return name
	}
	return "an unknown one"
}

func newRequest(form url.Values, h http.Header) (*request, error) {
	var jwt string
	var err error
	req := &request{clientSecret: form.Get("client_secret"), scopeRequested: form.Get("scope") != ""}
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
		return nil, &responseError{status: http.StatusBadRequest, code: "unsupported_grant_type", text: "grant_type must be " + grantClientCredentials + " or " + grantJWTBearer}
	}
	return req, req.readClient(jwt, form.Get("client_id"), h)
}

// clientAssertion returns the JWT that a client sends instead of a secret, or ""
// (RFC 7523 §2.2).
func clientAssertion(form url.Values) (jwt string, err error) {
	if jwt = form.Get("client_assertion"); (jwt != "") != (form.Get("client_assertion_type") == assertionJWTBearer) {
		return "", invalidRequest(http.StatusBadRequest, "client_assertion and client_assertion_type="+assertionJWTBearer+" go together")
	}
	return jwt, nil
}

// readClient reads the client's id and credentials.
func (req *request) readClient(jwt, clientID string, h http.Header) error {
	if jwt != "" {
		return req.readAssertion(jwt, clientID, h)
	}
	return req.readHeader(clientID, h)
}

// readAssertion reads a JWT. Its issuer is the client if the form names none.
func (req *request) readAssertion(jwt, clientID string, h http.Header) (err error) {
	if req.clientSecret != "" || len(h["Authorization"]) > 0 {
		return errTwoMethods
	}
	if req.assertion, err = parseAssertion(jwt); err != nil {
		answer := errClient
		if req.asGrant {
			answer = errGrant
		}
		return &authFailure{answer, parseClientID(clientID), "the JWT is malformed, or not signed by RS256 or ES256"}
	}
	req.client = parseClientID(cmp.Or(clientID, req.assertion.claims.Issuer))
	return nil
}

// readHeader reads HTTP Basic credentials (RFC 6749 §2.3.1). Some clients, such as
// Entra, send the credentials in the body too; both must be the same.
func (req *request) readHeader(clientID string, h http.Header) error {
	if values := h["Authorization"]; len(values) > 0 {
		id, secret, ok := parseBasic(values)
		if !ok {
			return failAuth(parseClientID(clientID), "the Authorization header is not a Basic header with id and secret")
		}
		if clientID != "" && clientID != id || req.clientSecret != "" && req.clientSecret != secret {
			return invalidRequest(http.StatusBadRequest, "the credentials in the header and in the body differ")
		}
		clientID, req.clientSecret = id, secret
	}
	req.client = parseClientID(clientID)
	return nil
}

func parseBasic(values []string) (id, secret string, ok bool) {
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

// parseClientID parses the id of a client. It returns the zero id for other texts.
func parseClientID(text string) uuid.UUID {
	return schematype.ParseID(text, schematype.TypeOAuthClient)
}
