package records

import (
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/internal/scim/patch"
)

// Record is what became of a SCIM request, as the adapter tells it. It holds no secret, header or body.
type Record struct {
	At               time.Time // when it was answered
	Duration         time.Duration
	Method           string
	Route            string // such as "/v2/Users/{id}"; empty for an unknown endpoint
	Action           requestrecord.Action
	Outcome          requestrecord.Outcome
	Status           int
	SCIMType, Detail string    // of a refusal
	TargetID         uuid.UUID // of the user or group that was meant; zero for none
	TargetLabel      string    // its name, or the value that was searched for
	Changed          []string  // attributes
	Ignored          []patch.Ignored
}
