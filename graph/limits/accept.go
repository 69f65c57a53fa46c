package limits

import (
	"mime"
	"strconv"
	"strings"
)

const (
	mediaGraphQL = "application/graphql-response+json"
	mediaJSON    = "application/json"

	// MediaEvents is the media type of event streams.
	MediaEvents = "text/event-stream"

	// acceptLength bounds the work on one Accept header, in bytes.
	acceptLength = 4096
)

// negotiate chooses the media type of the answer (RFC 9110 section 12.5.1). The
// default is application/graphql-response+json; ok is false if the client accepts
// neither type.
func negotiate(accept []string) (media string, ok bool) {
	header := strings.Join(accept, ",")
	if strings.TrimSpace(header) == "" {
		return mediaGraphQL, true
	}
	if len(header) > acceptLength {
		return "", false
	}
	graphQL, plain := quality(header, mediaGraphQL), quality(header, mediaJSON)
	switch {
	case graphQL <= 0 && plain <= 0:
		return "", false
	case plain > graphQL:
		return mediaJSON, true
	}
	return mediaGraphQL, true
}

// PrefersEvents reports whether a client prefers an event stream to one answer.
// Some clients, such as urql, accept every media type they know with every
// request, so equal weights mean one answer. Ranges such as */* do not mean event
// streams.
func PrefersEvents(accept []string) bool {
	header := strings.Join(accept, ",")
	if len(header) > acceptLength || !strings.Contains(strings.ToLower(header), MediaEvents) {
		return false
	}
	return quality(header, MediaEvents) > max(explicitQuality(header, mediaGraphQL), explicitQuality(header, mediaJSON))
}

// explicitQuality is the weight of a media type that the header names, and 0 for
// others.
func explicitQuality(header, media string) float64 {
	if !strings.Contains(strings.ToLower(header), media) {
		return 0
	}
	return quality(header, media)
}

// quality is the weight that the most specific range of the header gives to a
// media type, or 0 if none matches.
func quality(header, media string) float64 {
	best, q := 0, 0.0
	for part := range strings.SplitSeq(header, ",") {
		name, params, err := mime.ParseMediaType(part)
		if err != nil || !isUTF8(params["charset"]) {
			continue
		}
		if s := specificity(name, media); s > best {
			best, q = s, weight(params["q"])
		}
	}
	return q
}

func specificity(name, media string) int {
	switch name {
	case media:
		return 3
	case "application/*":
		return 2
	case "*/*":
		return 1
	}
	return 0
}

func weight(q string) float64 {
	if q == "" {
		return 1
	}
	w, err := strconv.ParseFloat(q, 64)
	if err != nil || !(w >= 0 && w <= 1) { // NaN parses too
		return 0
	}
	return w
}

func isUTF8(charset string) bool {
	return charset == "" || strings.EqualFold(charset, "utf-8")
}
