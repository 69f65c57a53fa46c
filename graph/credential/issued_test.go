package credential

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/auth"
)

// A secret comes with the key that it was made for, and out in no other way.
func TestSecretIsHandedOutWithItsKeyAlone(t *testing.T) {
	t.Parallel()
	client := &ent.OAuthClient{ID: schematype.NewID(schematype.TypeOAuthClient)}
	i := Issued{&ent.Key{ID: schematype.NewID(schematype.TypeKey), ClientID: &client.ID}, auth.NewSecret(key.KindCLIENT)}
	token, secret := i.TokenOf(&ent.Key{ID: i.Key.ID}), i.SecretOf(client)
	if token == nil || secret == nil || *token != *secret {
		t.Fatalf("%v, %v", token, secret)
	}
	if i.TokenOf(&ent.Key{}) != nil || i.SecretOf(&ent.OAuthClient{}) != nil || (Issued{}).TokenOf(i.Key) != nil || (Issued{}).SecretOf(client) != nil {
		t.Error("an answer of before has a secret")
	}
	text, err := json.Marshal(i)
	if shown := fmt.Sprintf("%s %v %+v %#v", text, i, i, i.secret); err != nil || strings.Contains(shown, *token) {
		t.Errorf("it is shown: %s, %v", shown, err)
	}
}
