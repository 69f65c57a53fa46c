package apierror

// Code says what kind of failure it is.
type Code string

// The codes of operations.
const (
	NotFound     Code = "NOT_FOUND"     // no such thing for the viewer
	Conflict     Code = "CONFLICT"      // the value is taken
	Invalid      Code = "INVALID"       // the input is wrong
	Forbidden    Code = "FORBIDDEN"     // the viewer may not do this
	StaleVersion Code = "STALE_VERSION" // somebody changed it first
	// ExternallyManaged is the refusal to change what the identity provider writes.
	ExternallyManaged Code = "EXTERNALLY_MANAGED"
	Limit             Code = "LIMIT"        // more was asked than is allowed
	RateLimited       Code = "RATE_LIMITED" // too much was asked in a short time
	Timeout           Code = "TIMEOUT"      // it took too long
	Unavailable       Code = "UNAVAILABLE"  // try again later
	Internal          Code = "INTERNAL"     // our fault
)

// Only subscriptions end with these.
const (
	ResyncRequired Code = "RESYNC_REQUIRED" // what comes after the cursor is no longer kept
	SlowConsumer   Code = "SLOW_CONSUMER"   // the client did not take what came; it can go on after its last cursor
)

// Requests that are no operation yet are refused with these.
const (
	BadRequest      Code = "BAD_REQUEST"     // it is not GraphQL over HTTP
	Unauthenticated Code = "UNAUTHENTICATED" // it shows no valid credential
)
