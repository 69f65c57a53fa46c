package auth_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"hash/crc32"
	"log/slog"
	"math"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/feddir/feddir/ent/generated/key"
	"github.com/feddir/feddir/internal/auth"
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// E-143: a secret is of random bits alone.
func TestSecretHasItsForm(t *testing.T) {
	t.Parallel()
	for kind, prefix := range map[key.Kind]string{key.KindDIRECTORY: "fdk_", key.KindAPI: "fda_"} {
		made := auth.NewSecret(kind)
		text := made.Reveal()
		if !strings.HasPrefix(text, prefix) || len(text) != 53 || strings.Trim(text[4:], base62) != "" {
			t.Errorf("a secret of kind %s has the wrong form", kind)
		}
		read, readKind, err := auth.Parse(text)
		if err != nil || readKind != kind || read.Reveal() != text {
			t.Errorf("Parse: kind %s, error %v", readKind, err)
		}
		if got := made.Prefix(); got != text[:8] {
			t.Errorf("Prefix() = %q", got)
		}
	}
}

// One wrong character anywhere is found without a look-up.
func TestParseRefusesEveryMutation(t *testing.T) {
	t.Parallel()
	text := auth.NewSecret(key.KindDIRECTORY).Reveal()
	for i := range text {
		for b := range 256 {
			if mutated := text[:i] + string([]byte{byte(b)}) + text[i+1:]; mutated != text {
				if _, _, err := auth.Parse(mutated); err == nil {
					t.Fatalf("byte %d replaced by %#x: accepted", i, b)
				}
			}
		}
		if _, _, err := auth.Parse(text[:i] + text[i+1:]); err == nil {
			t.Fatalf("byte %d left out: accepted", i)
		}
	}
	for _, odd := range []string{"", text + "0", " " + text, strings.ToUpper(text), strings.Repeat("a", 1<<20)} {
		if _, _, err := auth.Parse(odd); err == nil {
			t.Errorf("accepted %.60q", odd)
		}
	}
}

// A chi-square test of 430,000 characters against the uniform distribution;
// one good generator in a billion fails it.
func TestSecretsAreUniform(t *testing.T) {
	t.Parallel()
	const secrets, random = 10_000, 43
	var seen [256]int
	for range secrets {
		for _, c := range []byte(auth.NewSecret(key.KindAPI).Reveal()[4 : 4+random]) {
			seen[c]++
		}
	}
	expected := float64(secrets*random) / float64(len(base62))
	chi := 0.0
	for _, c := range []byte(base62) {
		chi += math.Pow(float64(seen[c])-expected, 2) / expected
	}
	if chi > 147 { // 61 degrees of freedom
		t.Errorf("chi-square is %.1f", chi)
	}
}

// A right checksum does not make up for anything else.
func TestParseRefusesForgeries(t *testing.T) {
	t.Parallel()
	random := strings.Repeat("a", 43)
	for _, body := range []string{"fdk_" + random[1:] + "!", "fdk_" + "\x00" + random[1:], "fdx_" + random, "FDK_" + random} {
		sum, text := crc32.ChecksumIEEE([]byte(body)), ""
		for range 6 {
			text = string(base62[sum%62]) + text
			sum /= 62
		}
		if _, _, err := auth.Parse(body + text); err == nil {
			t.Errorf("accepted %q", body+text)
		}
	}
}

func TestDigestDependsOnPepper(t *testing.T) {
	t.Parallel()
	s := auth.NewSecret(key.KindAPI)
	plain, peppered, other := s.Digest(nil), s.Digest([]byte("a")), s.Digest([]byte("b"))
	if len(plain) != 32 || len(peppered) != 32 {
		t.Errorf("digests have %d and %d bytes", len(plain), len(peppered))
	}
	if bytes.Equal(plain, peppered) || bytes.Equal(peppered, other) {
		t.Error("the pepper makes no difference")
	}
	if !bytes.Equal(peppered, s.Digest([]byte("a"))) {
		t.Error("the digest is not the same twice")
	}
}

func TestSecretRedactsItself(t *testing.T) {
	t.Parallel()
	s := auth.NewSecret(key.KindDIRECTORY)
	type hidden struct{ secret auth.Secret }
	type shown struct{ Secret auth.Secret }
	var out bytes.Buffer
	log := zerolog.New(&out)
	for _, value := range []any{s, &s, hidden{s}, &hidden{s}, shown{s}, []auth.Secret{s}, map[auth.Secret]auth.Secret{s: s}, []any{hidden{s}}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%U", "%p", "% x", "%10.3s", "%T"} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
		fmt.Fprintln(&out, value)
		asJSON, _ := json.Marshal(value)
		asXML, _ := xml.Marshal(value)
		out.Write(asJSON)
		out.Write(asXML)
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", value)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", value)
		log.Info().Any("secret", value).Interface("again", value).Msg("x")
	}
	log.Info().Stringer("secret", s).Msg("x")
	if _, err := s.Value(); err == nil {
		t.Error("a secret can be stored")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, s); got != "[redacted]" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
	if got, err := json.Marshal(s); string(got) != `"[redacted]"` {
		t.Errorf("JSON is %s, %v", got, err)
	}
	text := s.Reveal()
	for _, form := range []string{text, text[4:], fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), fmt.Sprintf("% x", text)} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the secret was printed")
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(auth.NewSecret(key.KindAPI).Reveal())
	f.Add("fdk_")
	f.Fuzz(func(t *testing.T, text string) {
		s, _, err := auth.Parse(text)
		if err == nil && s.Reveal() != text {
			t.Errorf("Parse changed %q", text)
		}
	})
}
