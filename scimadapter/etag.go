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

var errVersionMismatch = fault(http.StatusPreconditionFailed, "", "somebody changed the resource first; read it again")

var errVersionExcluded = fault(http.StatusPreconditionFailed, "", "the resource is there, in a version that If-None-Match excludes")

// demandsVersion reports whether a request names versions that the resource must
// have, or must not have.
func (r *request) demandsVersion() bool {
	return len(r.header.Values("If-Match")) > 0 || len(r.header.Values("If-None-Match")) > 0
}

// checkVersion fails if the resource has none of the versions in If-Match, or
// one of those in If-None-Match, where * is any version (RFC 9110 §13.1.2).
func (r *request) checkVersion(version int64) error {
	if wanted := r.header.Values("If-Match"); len(wanted) > 0 && !matches(wanted, version) {
		return errVersionMismatch
	}
	if r.unchanged(version) {
		return errVersionExcluded
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
		for rest := strings.TrimLeft(line, tagSeparators); rest != ""; rest = strings.TrimLeft(rest, tagSeparators) {
			var tag string
			if tag, rest = nextTag(rest); tag == "*" || tag == want {
				return true
			}
		}
	}
	return false
}

const tagSeparators = ", \t"

// nextTag returns the first entity tag of a list, without W/, and the rest of
// the list. A comma within quotes is part of a tag (RFC 9110 §8.8.3).
func nextTag(list string) (tag, rest string) {
	list = strings.TrimPrefix(list, "W/")
	end := strings.IndexAny(list, tagSeparators)
	if strings.HasPrefix(list, `"`) {
		if end = strings.IndexByte(list[1:], '"'); end >= 0 {
			end += 2
		}
	}
	if end < 0 {
		end = len(list)
	}
	return list[:end], list[end:]
}

func notModified(version int64) *response {
	return &response{status: http.StatusNotModified, version: versionTag(version)}
}
