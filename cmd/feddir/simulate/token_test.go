package simulate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// asserted says whether a request for a token shows a JWT of ours, new and for this endpoint.
func (s *server) asserted(r *http.Request) bool {
	text := r.PostFormValue("client_assertion")
	if text != "" && (r.PostFormValue("grant_type") != "client_credentials" || r.PostFormValue("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") {
		return false
	}
	if text == "" && r.PostFormValue("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		text = r.PostFormValue("assertion")
	}
	if s.clientKey == nil { // of workload identity federation, opaque here
		return text == "a.platform.jwt"
	}
	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.RS256, jose.ES256})
	if err != nil || token.Headers[0].KeyID != "k1" {
		return false
	}
	var claims jwt.Claims
	err = token.Claims(s.clientKey, &claims)
	fresh := claims.ID != "" && !s.shown[claims.ID]
	s.shown[claims.ID] = true
	return err == nil && fresh && claims.Validate(jwt.Expected{Issuer: "client", Subject: "client", AnyAudience: jwt.Audience{s.URL + "/token"}}) == nil &&
		time.Until(claims.Expiry.Time()) <= 10*time.Minute
}

func pemFile(t *testing.T, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
}

func TestAssertions(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	big, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err8 := x509.MarshalPKCS8PrivateKey(curve)
	sec1, err1 := x509.MarshalECPrivateKey(curve)
	for name, c := range map[string]struct {
		key  any
		args []string
	}{
		"curve, PKCS #8": {&curve.PublicKey, []string{"--client-key", pemFile(t, "PRIVATE KEY", pkcs8, err8)}},
		"curve, SEC 1":   {&curve.PublicKey, []string{"--client-key", pemFile(t, "EC PRIVATE KEY", sec1, err1)}},
		"RSA":            {&big.PublicKey, []string{"--client-key", pemFile(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(big), nil)}},
		"as a grant":     {&big.PublicKey, []string{"--grant", "jwt-bearer", "--client-key", pemFile(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(big), nil)}},
		"of a platform":  {nil, []string{"--client-assertion", write(t, "token", "a.platform.jwt\n")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "revokes its token")
			s.clientKey = c.key
			args := append([]string{"--url", s.URL + "/v2", "--quiet", "--people", "5", "--client-id", "client", "--client-key-id", "k1", "--token-url", s.URL + "/token"}, c.args...)
			if err := Command(t.Context(), args, env(), io.Discard, io.Discard); err != nil {
				t.Error(err)
			}
			if s.served["token"] != 2 { // the second with an assertion of its own
				t.Errorf("%d tokens were fetched", s.served["token"])
			}
		})
	}
}

func TestKeysThatCannotSign(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(curve)
	for name, file := range map[string]string{
		"another curve": pemFile(t, "PRIVATE KEY", der, err),
		"no PEM":        write(t, "key.pem", "secret"),
		"no key":        pemFile(t, "PRIVATE KEY", []byte("secret"), nil),
		"no file":       "/nowhere/key.pem",
	} {
		args := []string{"--url", "http://127.0.0.1:1", "--quiet", "--client-id", "client", "--token-url", "http://127.0.0.1:1", "--client-key", file}
		if err := Command(t.Context(), args, env(), io.Discard, io.Discard); err == nil || errors.As(err, new(*unreachable)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTokensAreFetchedAnew(t *testing.T) {
	t.Parallel()
	s := newServer(t, "gives tokens that end at once")
	for _, auth := range []string{"basic", "body", "both"} {
		args := []string{"--url", s.URL + "/v2", "--quiet", "--people", "5", "--client-id", "client", "--client-auth", auth, "--token-url", s.URL + "/token"}
		if err := Command(t.Context(), args, env("FEDDIR_CLIENT_SECRET", "sec ret"), io.Discard, io.Discard); err != nil {
			t.Error(err)
		}
	}
	if s.served["token"] < 20 {
		t.Errorf("%d tokens were fetched", s.served["token"])
	}
}
