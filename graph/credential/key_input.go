package credential

import (
	"slices"
	"time"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/apierror"
	"github.com/feddir/feddir/internal/auth"
)

// maxOrigins is how many web origins a key may list.
const maxOrigins = 20

// scopesOf returns the scopes of a new key, each once.
func scopesOf(kind key.Kind, asked []viewer.Scope) ([]viewer.Scope, error) {
	switch {
	case kind == key.KindDIRECTORY && len(asked) > 0:
		return nil, apierror.Errorf(apierror.Invalid, "scopes", "a directory key has no scopes: it opens its directory")
	case kind == key.KindDIRECTORY:
		return nil, nil
	case asked == nil:
		return []viewer.Scope{viewer.ScopeRead}, nil
	case len(asked) == 0:
		return nil, apierror.Errorf(apierror.Invalid, "scopes", "scopes must not be empty")
	}
	for _, s := range asked {
		if !slices.Contains(viewer.Scopes, s) {
			return nil, apierror.Errorf(apierror.Invalid, "scopes", "there is no scope %.20q", s)
		}
	}
	return slices.DeleteFunc(slices.Clone(viewer.Scopes), func(s viewer.Scope) bool { return !slices.Contains(asked, s) }), nil
}

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

// mayExpireAt fails when a key may not be given this end.
func mayExpireAt(k *ent.Key, at *time.Time) error {
	if at != nil && k.ExpiresAt != nil && at.Equal(*k.ExpiresAt) {
		return nil
	}
	if k.Kind == key.KindCLIENT && (at == nil || at.After(k.CreatedAt.AddDate(3, 0, 0))) {
		return apierror.Errorf(apierror.Invalid, "expiresAt", "a client secret must expire within three years")
	}
	if k.SuccessorID != nil && (at == nil || k.ExpiresAt != nil && at.After(*k.ExpiresAt)) {
		return apierror.Errorf(apierror.Conflict, "expiresAt", "the key was replaced and can only end earlier")
	}
	return futureTime(at)
}

func futureTime(at *time.Time) error {
	if at != nil && !at.After(schematype.Now()) {
		return apierror.Errorf(apierror.Invalid, "expiresAt", "expiresAt must lie in the future")
	}
	return nil
}
