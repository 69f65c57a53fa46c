package requestlog

import (
	"net/http"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/records"
)

// failureOfType is what a scimType says of a request that was refused (RFC 7644
// table 9, RFC 9865 §2.1).
var failureOfType = map[string]model.RequestFailure{
	"uniqueness":    model.RequestFailureNameTaken,
	"invalidValue":  model.RequestFailureInvalidValue,
	"mutability":    model.RequestFailureReadOnly,
	"tooMany":       model.RequestFailureTooMuch,
	"invalidFilter": model.RequestFailureInvalidFilter,
	"invalidCursor": model.RequestFailureInvalidFilter,
	"expiredCursor": model.RequestFailureInvalidFilter,
	"invalidCount":  model.RequestFailureInvalidFilter,
}

// failureOfStatus is what a status says where there is no scimType.
var failureOfStatus = map[int]model.RequestFailure{
	http.StatusUnauthorized:          model.RequestFailureKeyMalformed,
	http.StatusForbidden:             model.RequestFailureNotAllowed,
	http.StatusNotFound:              model.RequestFailureNotFound,
	http.StatusMethodNotAllowed:      model.RequestFailureUnknownEndpoint,
	http.StatusNotImplemented:        model.RequestFailureUnknownEndpoint,
	http.StatusConflict:              model.RequestFailureConflict,
	http.StatusPreconditionFailed:    model.RequestFailureStaleVersion,
	http.StatusRequestEntityTooLarge: model.RequestFailureTooMuch,
	http.StatusRequestURITooLong:     model.RequestFailureTooMuch,
	http.StatusTooManyRequests:       model.RequestFailureThrottled,
	http.StatusServiceUnavailable:    model.RequestFailureUnavailable,
	http.StatusGatewayTimeout:        model.RequestFailureUnavailable,
}

// Failure tells why a request was refused or failed; nil where it was not.
func Failure(rec *ent.RequestRecord) *model.RequestFailure {
	why, known := failureOfType[rec.ScimType]
	if !known {
		why, known = failureOfStatus[rec.Status]
	}
	switch {
	case rec.Status < http.StatusBadRequest:
		return nil
	case rec.Status == http.StatusUnauthorized && rec.Detail == records.KeyEnded:
		why = model.RequestFailureKeyEnded
	case rec.Status == http.StatusNotFound && rec.Route == "":
		why = model.RequestFailureUnknownEndpoint
	case why == model.RequestFailureInvalidValue && rec.Action == requestrecord.ActionMEMBERSHIP:
		why = model.RequestFailureInvalidMembers
	case known:
	case rec.Status >= http.StatusInternalServerError:
		why = model.RequestFailureServerFault
	default:
		why = model.RequestFailureInvalidRequest
	}
	return &why
}
