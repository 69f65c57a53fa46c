package schematype

import (
	"time"

	"github.com/google/uuid"
)

// Ignored is a part of a request that had no effect.
type Ignored struct {
	Path   string `json:"path"` // as the client wrote it, shortened; never a value
	Reason string `json:"reason"`
}

// HourCount is how many requests an hour saw.
type HourCount struct {
	Hour      time.Time `json:"hour"` // its beginning
	Requests  int64     `json:"requests"`
	Changed   int64     `json:"changed"`
	Unchanged int64     `json:"unchanged"`
	Failed    int64     `json:"failed"`
}

// CyclePause is the shortest pause between two cycles.
const CyclePause = 5 * time.Minute

// Cycle is a run of an identity provider's provisioning job, as its requests
// let it be told from others.
type Cycle struct {
	ID        uuid.UUID `json:"id"` // of its row; zero for those from before there were rows
	StartedAt time.Time `json:"startedAt"`
	EndedAt   time.Time `json:"endedAt"` // when its last request so far was answered
	Requests  int64     `json:"requests"`
	Probes    int64     `json:"probes"` // of the requests, those that only test the connection
	Created   int64     `json:"created"`
	Updated   int64     `json:"updated"`
	Unchanged int64     `json:"unchanged"`
	Deleted   int64     `json:"deleted"`
	Disabled  int64     `json:"disabled"` // of those updated
	Failed    int64     `json:"failed"`
	Ignored   int64     `json:"ignored"` // those of which a part had no effect
}
