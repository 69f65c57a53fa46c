package credential

import (
	"errors"
	"testing"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/apierror"
)

// Of several wrong fields the same one is always named.
func TestFirstWrongFieldOfAFederationIsNamed(t *testing.T) {
	t.Parallel()
	for range 50 {
		err := federate(&ent.OAuthClient{}, &model.OAuthFederationInput{})
		if e, ok := errors.AsType[*apierror.Error](err); !ok || e.Field != "federation.issuer" {
			t.Fatal(e.Field)
		}
	}
}
