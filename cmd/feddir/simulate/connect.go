package simulate

import (
	"context"
	"crypto/rand"
	"fmt"
)

// testConnection sends the requests of Entra's button Test Connection, which every run of a job repeats: queries for
// users and groups that cannot exist. Entra gives up if one of them fails.
func (j *job) testConnection(ctx context.Context) error {
	for i, kind := range []*resourceType{userType, groupType, userType, groupType, userType} {
		random := guid("probe", rand.Text())
		expression := kind.mapping[kind.matching].path + " eq " + quote(random)
		a, err := j.client.do(ctx, request{kind: "test connection", method: "GET", path: kind.endpoint,
			query: filter(i < 3, kind.exclude, expression), allow: []int{200}})
		if err != nil {
			return fmt.Errorf("test connection: %w", err)
		}
		_, total := a.list()
		if !a.ok {
			return &unreachable{fmt.Errorf("test connection: %s: status %d is not an empty list: this is no SCIM endpoint Entra could use", a.route(), a.status)}
		}
		if total != 0 {
			a.wrong("totalResults is %d for a name that nobody has", total)
		}
	}
	return nil
}
