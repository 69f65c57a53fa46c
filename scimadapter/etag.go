package scimadapter

import (
	"net/http"
	"strconv"
	"strings"
)

// versionTag is the version of a resource as meta.version and ETag have it
// (RFC 7644 §3.14). It is weak: the same version can be written in more than
// one way, with and without some attributes.
func versionTag(version int64) string {
	return `W/"` + strconv.FormatInt(version, 10) + `"`
}

var errChanged = fault(http.StatusPreconditionFailed, "", "somebody changed the resource first; read it again")

// demandsVersion reports whether a request changes only what has a version it names.
func (r *request) demandsVersion() bool { return len(r.header.Values("If-Match")) > 0 }

// checkVersion refuses to change a resource that is not in a version the
// client names.
func (r *request) checkVersion(version int64) error {
	if r.demandsVersion() && !matches(r.header.Values("If-Match"), version) {
		return errChanged
	}
	return nil
}

// unchanged reports whether the client has this version already.
func (r *request) unchanged(version int64) bool {
	return matches(r.header.Values("If-None-Match"), version)
}

// matches reports whether a header with entity tags names a version. Strong
// tags and weak ones are compared alike (RFC 9110 §8.8.3.2).
func matches(header []string, version int64) bool {
	want := strings.TrimPrefix(versionTag(version), "W/")
	for _, line := range header {
		for tag := range strings.SplitSeq(line, ",") {
			tag = strings.TrimSpace(tag)
			if tag == "*" || strings.TrimPrefix(tag, "W/") == want {
				return true
			}
		}
	}
	return false
}

func notModified(version int64) *response {
	return &response{status: http.StatusNotModified, version: versionTag(version)}
}
