package graph

import (
	"slices"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

// maxOrigins is how many web origins a key may list.
const maxOrigins = 20

// originsOf returns the web origins of a key as browsers send them, each once.
func originsOf(kind key.Kind, asked []string) ([]string, error) {
	if len(asked) == 0 {
		return nil, nil
	}
	if kind != key.KindAPI {
		return nil, apierror.Errorf(apierror.Invalid, "origins", "only an API key has origins: no web page calls SCIM")
	}
	if len(asked) > maxOrigins {
		return nil, apierror.Errorf(apierror.Limit, "origins", "a key lists at most %d origins", maxOrigins)
	}
	var origins []string
	for _, text := range asked {
		origin, err := auth.ParseOrigin(text)
		if err != nil {
			return nil, apierror.Errorf(apierror.Invalid, "origins", "%v", err)
		}
		if !slices.Contains(origins, origin) {
			origins = append(origins, origin)
		}
	}
	return origins, nil
}

// mayTrust fails for a key that runs no GraphQL documents at all.
func mayTrust(k *ent.Key) error {
	if k.TrustedDocumentsOnly && k.Kind != key.KindAPI {
		return apierror.Errorf(apierror.Invalid, "trustedDocumentsOnly", "only an API key runs documents")
	}
	return nil
}
