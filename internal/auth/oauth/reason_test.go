package oauth_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
)

// The answer tells nobody what was wrong; the log tells the operator, and
// repeats nothing that was shown.
func TestLogTellsWhyAClientWasRefused(t *testing.T) {
	each(t, func(t *testing.T, x *fixture) {
		own, theirs := newRSA(t, "own", 2048), newRSA(t, "theirs", 2048)
		keys := newPublisher(t, jwks(t, theirs))
		c, secret := x.client(t, x.staff)
		signing, trusting := x.keyClient(t, own), x.federated(t, keys.URL)
		foreign := func(claim string, value any) string { return theirs.sign(t, x.foreign(map[string]any{claim: value})) }
		used := own.sign(t, x.claims(signing, nil))
		x.assert(t, used)
		for want, try := range map[string]struct {
			client *ent.OAuthClient
			shown  string
			ask    func(shown string) *httptest.ResponseRecorder
		}{
			"to another client": {trusting, secret, func(s string) *httptest.ResponseRecorder {
				return x.post(t, credentials, trusting.ID.String(), s)
			}},
			"is missing or malformed": {c, "fds_x", func(s string) *httptest.ResponseRecorder { return x.post(t, credentials, c.ID.String(), s) }},
			"used before":             {signing, used, func(s string) *httptest.ResponseRecorder { return x.assert(t, s) }},
			"(exp)":                   {signing, own.sign(t, x.claims(signing, map[string]any{"exp": x.Now().Add(-time.Hour).Unix()})), func(s string) *httptest.ResponseRecorder { return x.assert(t, s) }},
			"has the kid":             {trusting, own.sign(t, x.foreign(nil)), func(s string) *httptest.ResponseRecorder { return x.exchange(t, trusting, s) }},
			"JWT's iss":               {trusting, foreign("iss", issuer+"/"), func(s string) *httptest.ResponseRecorder { return x.exchange(t, trusting, s) }},
			"JWT's aud":               {trusting, foreign("aud", tenant), func(s string) *httptest.ResponseRecorder { return x.exchange(t, trusting, s) }},
			"JWT's sub":               {trusting, foreign("sub", app), func(s string) *httptest.ResponseRecorder { return x.exchange(t, trusting, s) }},
			"JWT's tid":               {trusting, foreign("tid", app), func(s string) *httptest.ResponseRecorder { return x.exchange(t, trusting, s) }},
			"malformed":               {trusting, "x.y.z", func(s string) *httptest.ResponseRecorder { return x.exchange(t, trusting, s) }},
		} {
			x.log.Reset()
			w := try.ask(try.shown)
			said := x.log.String()
			if w.Code != 401 || !strings.Contains(said, want) || !strings.Contains(said, try.client.ID.String()) {
				t.Errorf("%s: %d, and the log says %s", want, w.Code, said)
			}
			if strings.Contains(w.Body.String(), want) || strings.Contains(said, try.shown) {
				t.Errorf("%s: too much is told: %s, %s", want, w.Body, said)
			}
		}
	})
}
