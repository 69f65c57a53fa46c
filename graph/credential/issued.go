package credential

import (
	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/internal/auth"
)

// Issued is a new key with its secret, which is handed out once the transaction
// has committed and is in no record of what the mutation answered. The zero
// value is none.
type Issued struct {
	Key    *ent.Key
	secret auth.Secret
}

// TokenOf returns the secret when k is the key that was made just now, and nil
// when the answer is an earlier one's.
func (i Issued) TokenOf(k *ent.Key) *string {
	if i.Key == nil || i.Key.ID != k.ID {
		return nil
	}
	return new(i.secret.Reveal())
}

// SecretOf is TokenOf for a client that was made with the key.
func (i Issued) SecretOf(c *ent.OAuthClient) *string {
	if i.Key == nil || *i.Key.ClientID != c.ID {
		return nil
	}
	return i.TokenOf(i.Key)
}
