package records

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/internal/scim/patch"
)

// Method returns a method, or "other" for an unknown one: a client can send any
// word, and methods are stored and counted.
func Method(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// KeyEnded is the detail of requests that were refused because their key has ended.
const KeyEnded = "the key has expired or was revoked"

// Record describes a SCIM request and its answer. It has no secret, header or
// body.
type Record struct {
	At               time.Time // when it was answered
	Duration         time.Duration
	Method           string
	Route            string // such as "/v2/Users/{id}"; empty for an unknown endpoint
	Action           requestrecord.Action
	Outcome          requestrecord.Outcome
	Status           int
	SCIMType, Detail string    // of an error
	TargetID         uuid.UUID // the user or group of the request; zero for none
	TargetLabel      string    // its name, or the value that a list was filtered by
	Changed          []string  // attributes
	Ignored          []patch.Ignored
}
