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

// negotiate chooses the media type of the answer (RFC 9110 section 12.5.1).
// Without a preference it is application/graphql-response+json; ok is false
// when the client takes neither type.
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

// PrefersEvents reports whether a client wants an event stream rather than one
// answer. Some name every media type they know for whatever they send, urql
// among them: where events and one answer are as welcome, it is one answer. Ranges
// such as */* name no event stream.
func PrefersEvents(accept []string) bool {
	header := strings.Join(accept, ",")
	if len(header) > acceptLength || !strings.Contains(strings.ToLower(header), MediaEvents) {
		return false
	}
	return quality(header, MediaEvents) > max(named(header, mediaGraphQL), named(header, mediaJSON))
}

// named is the weight of a media type that the header names itself.
func named(header, media string) float64 {
	if !strings.Contains(strings.ToLower(header), media) {
		return 0
	}
	return quality(header, media)
}

// quality is the weight the header's most specific range gives to a media type,
// 0 if none matches.
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
