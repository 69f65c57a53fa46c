package limits

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/feddir/feddir/internal/apierror"
)

// TrustedDocuments lets a client send the SHA-256 of a document that the operator
// trusts, instead of the document, in extensions.persistedQuery.sha256Hash as
// automatic persisted queries do. It stores nothing of a client: the trusted
// documents are fixed when the server starts.
//
// It goes before [Document]: the limits hold for trusted documents too.
type TrustedDocuments struct {
	// Documents are the trusted documents by their digest; see [Manifest].
	Documents map[Digest]string
	// Only reports whether the caller may run trusted documents only.
	Only func(context.Context) bool
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
} = TrustedDocuments{}

// digestField is where a request names its document.
const digestField = "extensions.persistedQuery.sha256Hash"

// Digest is the SHA-256 of a document's text.
type Digest [sha256.Size]byte

// ParseDigest reads a digest of 64 hexadecimal digits, with "sha256:" before it
// or not.
func ParseDigest(s string) (d Digest, ok bool) {
	s = strings.TrimPrefix(s, "sha256:")
	if hex.DecodedLen(len(s)) != len(d) {
		return d, false
	}
	_, err := hex.Decode(d[:], []byte(s))
	return d, err == nil
}

// ExtensionName implements graphql.HandlerExtension.
func (TrustedDocuments) ExtensionName() string { return "TrustedDocuments" }

// Validate implements graphql.HandlerExtension.
func (TrustedDocuments) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters implements graphql.OperationParameterMutator.
func (t TrustedDocuments) MutateOperationParameters(ctx context.Context, p *graphql.RawParams) *gqlerror.Error {
	named, digest, r := documentNamed(p.Extensions)
	if r != nil {
		return present(r)
	}
	only := t.Only != nil && t.Only(ctx)
	if p.Query == "" && named {
		document, ok := t.Documents[digest]
		switch {
		case !ok && len(t.Documents) == 0 && !only: // then clients stop sending digests
			return present(apierror.Errorf(CodeNoDocuments, "", "PersistedQueryNotSupported"))
		case !ok:
			return present(unknownDocument(only))
		}
		p.Query = document
		return nil
	}
	if !named && !only {
		return nil
	}
	sent := Digest(sha256.Sum256([]byte(p.Query)))
	if named && sent != digest {
		return present(apierror.Errorf(apierror.Invalid, digestField, "the document is not the one whose SHA-256 is sent with it"))
	}
	if _, ok := t.Documents[sent]; only && !ok {
		return present(apierror.Errorf(apierror.Forbidden, "", "this key may run only trusted documents"))
	}
	return nil
}

// unknownDocument is the error for an unknown digest. It makes clients of
// automatic persisted queries send the document, unless that would be refused.
func unknownDocument(only bool) *apierror.Error {
	if only {
		return apierror.Errorf(apierror.Forbidden, "", "there is no trusted document of this name")
	}
	return apierror.Errorf(CodeUnknownDocument, "", "PersistedQueryNotFound")
}

// documentNamed reads the digest of a request, if it has one.
func documentNamed(extensions map[string]any) (named bool, d Digest, r *apierror.Error) {
	value, ok := extensions["persistedQuery"]
	if !ok || value == nil {
		return false, d, nil
	}
	name, _ := value.(map[string]any)
	text, _ := name["sha256Hash"].(string)
	if d, ok = ParseDigest(text); !ok {
		return false, d, apierror.Errorf(apierror.Invalid, digestField, "extensions.persistedQuery needs a sha256Hash of 64 hexadecimal digits")
	}
	return true, d, nil
}
