package requestlog

import (
	"testing"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/requestrecord"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/records"
)

func TestEveryFailureHasAReason(t *testing.T) {
	t.Parallel()
	users := "/v2/Users/{id}"
	for _, c := range []struct {
		ent.RequestRecord
		want model.RequestFailure // empty for none
	}{
		{ent.RequestRecord{Status: 200, Route: users}, ""},
		{ent.RequestRecord{Status: 304, Route: users}, ""},
		{ent.RequestRecord{Status: 401, Detail: records.KeyEnded}, "KEY_ENDED"},
		{ent.RequestRecord{Status: 401, Detail: "two headers"}, "KEY_MALFORMED"},
		{ent.RequestRecord{Status: 403, Route: users}, "NOT_ALLOWED"},
		{ent.RequestRecord{Status: 409, ScimType: "uniqueness", Route: users}, "NAME_TAKEN"},
		{ent.RequestRecord{Status: 409, Route: users}, "CONFLICT"},
		{ent.RequestRecord{Status: 400, ScimType: "invalidValue", Route: users, Action: requestrecord.ActionMEMBERSHIP}, "INVALID_MEMBERS"},
		{ent.RequestRecord{Status: 400, ScimType: "invalidValue", Route: users, Action: requestrecord.ActionCREATE}, "INVALID_VALUE"},
		{ent.RequestRecord{Status: 400, ScimType: "mutability", Route: users}, "READ_ONLY"},
		{ent.RequestRecord{Status: 400, ScimType: "invalidFilter", Route: users}, "INVALID_FILTER"},
		{ent.RequestRecord{Status: 400, ScimType: "invalidPath", Route: users}, "INVALID_REQUEST"},
		{ent.RequestRecord{Status: 400, Route: users}, "INVALID_REQUEST"},
		{ent.RequestRecord{Status: 415, Route: users}, "INVALID_REQUEST"},
		{ent.RequestRecord{Status: 413, Route: users}, "TOO_MUCH"},
		{ent.RequestRecord{Status: 404, Route: users}, "NOT_FOUND"},
		{ent.RequestRecord{Status: 404}, "UNKNOWN_ENDPOINT"},
		{ent.RequestRecord{Status: 501, Route: users}, "UNKNOWN_ENDPOINT"},
		{ent.RequestRecord{Status: 412, Route: users}, "STALE_VERSION"},
		{ent.RequestRecord{Status: 429, Route: users}, "THROTTLED"},
		{ent.RequestRecord{Status: 503, Route: users}, "UNAVAILABLE"},
		{ent.RequestRecord{Status: 500, Route: users}, "SERVER_FAULT"},
	} {
		got := Failure(&c.RequestRecord)
		if c.want == "" && got != nil || c.want != "" && (got == nil || *got != c.want) {
			t.Errorf("%d %s %s: want %q", c.Status, c.ScimType, c.Detail, c.want)
		}
	}
}
