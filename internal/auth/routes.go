package auth

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/viewer"
)

// Routes says who may reach which path. A path that it does not name is 404.
type Routes struct {
	// Surfaces need a key.
	Surfaces []Surface
	// Endpoints are the exact paths that anyone may send any method to, even on a
	// surface: their handlers authenticate clients themselves.
	Endpoints []string
	// Trees are paths below which anyone may send any method, as to endpoints; each
	// ends with a slash.
	Trees []string
	// Public are the exact paths that anyone may GET.
	Public []string
	// PublicTrees are paths below which anyone may GET everything; each ends
	// with a slash.
	PublicTrees []string
}

// Surface is a path, with all below it, that a kind of key opens.
type Surface struct {
	Path   string // such as "/v2", without a slash at its end
	Kind   key.Kind
	Source viewer.Source
	// CrossOrigin opens the surface to web pages of the other origins that their
	// key lists (CORS).
	CrossOrigin bool
	// Stream, where it is set, reports whether a request is answered for so long
	// that its key must be checked again: see [Valid]. A WebSocket among them
	// without a key is passed on without a viewer: see
	// [Authenticator.AuthenticateLate].
	Stream func(r *http.Request) bool
	// Metadata is the URL of the metadata of the protected resource, which the
	// challenge names (RFC 9728 §5.1); empty for none.
	Metadata string
	// Refuse writes the answer to a refused request in the surface's protocol. The
	// status is 401, 503, or 404 for an ambiguous path. The reason of a 401 says
	// what is wrong with the header. It is empty if the key is at fault: the
	// answer must not distinguish unknown keys from expired and revoked ones. The
	// headers of the status are set already.
	Refuse func(w http.ResponseWriter, r *http.Request, status int, reason string)
	// Refused, where it is set, is called for a refused request whose key is
	// known, with the viewer of that key. The reason is empty if the key has
	// expired or was revoked.
	Refused func(r *http.Request, v viewer.Viewer, reason string)
}

// surface returns the surface that a path belongs to.
func (t Routes) surface(p string) (Surface, bool) {
	i := slices.IndexFunc(t.Surfaces, func(s Surface) bool {
		return p == s.Path || strings.HasPrefix(p, s.Path+"/")
	})
	if i < 0 {
		return Surface{}, false
	}
	return t.Surfaces[i], true
}

// endpoint reports whether u is an endpoint, in its one spelling.
func (t Routes) endpoint(u *url.URL) bool {
	return u.RawPath == "" && (slices.Contains(t.Endpoints, u.Path) || canonical(u.Path) && below(t.Trees, u.Path))
}

// public reports whether anyone may make the request.
func (t Routes) public(r *http.Request) bool {
	p := r.URL.Path
	if r.Method != http.MethodGet && r.Method != http.MethodHead || !canonical(p) || r.URL.RawPath != "" {
		return false
	}
	return slices.Contains(t.Public, p) || below(t.PublicTrees, p)
}

// below reports whether a path is below one of the trees.
func below(trees []string, p string) bool {
	return slices.ContainsFunc(trees, func(tree string) bool { return strings.HasPrefix(p, tree) })
}

// canonical reports whether p is the one spelling of its path.
func canonical(p string) bool {
	clean := path.Clean(p)
	return p == clean || p == clean+"/"
}

// ambiguous reports whether two programs could read the path differently: it has
// an encoded slash, a backslash, a NUL, or a segment of dots. The router reads the
// escaped form and auth the decoded one; without these they agree on every
// segment.
func ambiguous(u *url.URL) bool {
	escaped := strings.ToLower(u.EscapedPath())
	if strings.Contains(escaped, "%2f") || strings.ContainsAny(u.Path, "\\\x00") {
		return true
	}
	return slices.ContainsFunc(strings.Split(u.Path, "/"), func(s string) bool { return s == "." || s == ".." })
}
