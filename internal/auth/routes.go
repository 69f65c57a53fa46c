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

// Routes is the table of who may reach what. What it does not name reaches no
// handler.
type Routes struct {
	// Surfaces need a key.
	Surfaces []Surface
	// Endpoints are the exact paths that anyone may send any method to, also
	// where they lie on a surface: what is behind them authenticates by itself.
	Endpoints []string
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
	// CrossOrigin opens the surface to web pages of other origins, if the key
	// that they show lists their origin (CORS). Nobody else's may read an answer.
	CrossOrigin bool
	// Stream, where it is set, tells the requests that are answered for longer
	// than one look at their key is good for: see [Holds]. A WebSocket among
	// them that shows no key is let through without a viewer: see
	// [Authenticator.Present].
	Stream func(r *http.Request) bool
	// Metadata is the address of the metadata of the protected resource, which
	// those without a key are told (RFC 9728 §5.1); empty for none.
	Metadata string
	// Refuse writes the answer to a request that auth turns away, with status
	// 401, 503, or 404 for a path that can be read in two ways, in the way of the
	// surface's protocol. Of a 401, wrong says what is wrong with the header, and
	// is empty where it is the key itself: of keys, it must not tell one that is
	// unknown from one that has expired or was revoked. The headers of the status
	// are set already.
	Refuse func(w http.ResponseWriter, r *http.Request, status int, wrong string)
	// Refused, where it is set, is told of a refused request that shows a key we
	// know, with the viewer that the key stands for: its header is wrong, or else
	// the key has expired or was revoked.
	Refused func(r *http.Request, v viewer.Viewer, wrong string)
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
	return u.RawPath == "" && slices.Contains(t.Endpoints, u.Path)
}

// public reports whether anyone may make the request.
func (t Routes) public(r *http.Request) bool {
	p := r.URL.Path
	if r.Method != http.MethodGet && r.Method != http.MethodHead || !canonical(p) || r.URL.RawPath != "" {
		return false
	}
	return slices.Contains(t.Public, p) ||
		slices.ContainsFunc(t.PublicTrees, func(tree string) bool { return strings.HasPrefix(p, tree) })
}

// canonical reports whether p is the one spelling of its path.
func canonical(p string) bool {
	clean := path.Clean(p)
	return p == clean || p == clean+"/"
}

// ambiguous reports whether two programs could take the path for different
// ones: it holds an encoded slash or backslash, a segment of dots, or a NUL.
// The router sees the escaped form and auth the plain one; without these they
// agree on every segment.
func ambiguous(u *url.URL) bool {
	escaped := strings.ToLower(u.EscapedPath())
	if strings.Contains(escaped, "%2f") || strings.ContainsAny(u.Path, "\\\x00") {
		return true
	}
	return slices.ContainsFunc(strings.Split(u.Path, "/"), func(s string) bool { return s == "." || s == ".." })
}
