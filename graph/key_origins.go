package graph

import (
	"slices"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
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
		return nil, failf(CodeInvalid, "origins", "only an API key has origins: no web page calls SCIM")
	}
	if len(asked) > maxOrigins {
		return nil, failf(CodeLimit, "origins", "a key lists at most %d origins", maxOrigins)
	}
	var origins []string
	for _, text := range asked {
		origin, err := auth.ParseOrigin(text)
		if err != nil {
			return nil, failf(CodeInvalid, "origins", "%v", err)
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
		return failf(CodeInvalid, "trustedDocumentsOnly", "only an API key runs documents")
	}
	return nil
}
