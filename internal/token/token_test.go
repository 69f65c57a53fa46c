package token_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/feddir/feddir/internal/token"
)

func TestOpensWhatItSealed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret, use := rapid.SliceOf(rapid.Byte()).Draw(t, "secret"), rapid.String().Draw(t, "use")
		content := rapid.SliceOfN(rapid.Byte(), 0, 500).Draw(t, "content")
		s := token.New(secret)
		text := s.Seal(use, content)
		if got, ok := s.Open(use, text); !ok || string(got) != string(content) {
			t.Fatalf("%q opens to %q, %t", text, got, ok)
		}
	})
}

// Whatever is changed of a text, or of what it is for, it does not open.
func TestOpensNothingElse(t *testing.T) {
	t.Parallel()
	s := token.New([]byte("a secret of the installation"))
	text := s.Seal("list a", []byte("place"))
	for i := range text {
		for _, c := range "AZaz09-_=" {
			if changed := text[:i] + string(c) + text[i+1:]; changed != text {
				if _, ok := s.Open("list a", changed); ok {
					t.Errorf("%q opens, made from %q", changed, text)
				}
			}
		}
	}
	for _, other := range []struct {
		name, use, text string
		sealer          *token.Sealer
	}{
		{"another use", "list b", text, s},
		{"a use that takes from the content", "list ap", s.Seal("list a", []byte("place")), s},
		{"another secret", "list a", text, token.New([]byte("another secret"))},
		{"a random secret", "list a", text, token.New(nil)},
		{"nothing", "list a", "", s},
		{"too short", "list a", "AAAA", s},
		{"too long", "list a", strings.Repeat("A", 10_000), s},
	} {
		if _, ok := other.sealer.Open(other.use, other.text); ok {
			t.Errorf("%s opens", other.name)
		}
	}
}

// The content cannot be read by who has the text, and the same content is the
// same text: a client may compare cursors.
func TestHidesContent(t *testing.T) {
	t.Parallel()
	s, content := token.New([]byte("a secret of the installation")), []byte("somebody whom the viewer is not shown")
	text := s.Seal("list a", content)
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || bytes.Contains(raw, content[:4]) {
		t.Errorf("%q %v", raw, err)
	}
	if again := s.Seal("list a", content); again != text {
		t.Errorf("%q, then %q", text, again)
	}
	if other := s.Seal("list b", content); other[len(other)-8:] == text[len(text)-8:] {
		t.Errorf("%q and %q share a key stream", text, other)
	}
}
