package signin

import (
	"net/http"
	"time"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
	"github.com/feddir/feddir/internal/ratelimit"
)

// attempts bounds how many attempts may fail: of one network, and of one network
// with one company or account. Pages of names without an identity provider have a
// budget of their own: who guesses names asks for many, and a whole office asks for
// one each morning. Each replica counts for itself.
type attempts struct {
	looks     *ratelimit.Budget
	ofNetwork *ratelimit.Budget
	ofName    *ratelimit.Budget
}

func newAttempts(now func() time.Time) attempts {
	return attempts{
		looks:     ratelimit.NewBudget(600, 200*time.Millisecond, now),
		ofNetwork: ratelimit.NewBudget(60, 2*time.Second, now),
		ofName:    ratelimit.NewBudget(10, 30*time.Second, now),
	}
}

// admit fails if too many attempts from the network of a request have failed, or
// too many there for a name; an empty name is none.
func (a attempts) admit(h *Handler, r *http.Request, name string) error {
	net := a.network(h, r)
	wait := a.ofNetwork.Wait(net, 1)
	if name != "" {
		wait = max(wait, a.ofName.Wait(net+" "+name, 1))
	}
	if wait > 0 {
		a.log(h, r, "too many attempts")
		return tooMany
	}
	return nil
}

// failed counts a failed attempt, and logs it in one line.
func (a attempts) failed(h *Handler, r *http.Request, name, reason string) {
	net := a.network(h, r)
	a.ofNetwork.Charge(net, 1)
	if name != "" {
		a.ofName.Charge(net+" "+name, 1)
	}
	a.log(h, r, reason)
}

func (a attempts) network(h *Handler, r *http.Request) string {
	return auth.Network(h.cfg.Proxies.Client(r))
}

// log writes one line about a refusal. It holds no secret: the path is that of
// the route.
func (attempts) log(h *Handler, r *http.Request, reason string) {
	h.cfg.Log.Warn().Str("request_id", viewer.RequestID(r.Context())).Str("route", r.Pattern).
		Stringer("address", h.cfg.Proxies.Client(r)).Str("reason", reason).Msg("a sign-in was refused")
}
