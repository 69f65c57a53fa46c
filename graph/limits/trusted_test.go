package limits_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/feddir/feddir/graph/limits"
	"github.com/feddir/feddir/internal/apierror"
)

func hash(document string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(document))) }

// named is a request that names a document by its hash, and sends document
// where it is not empty.
func named(sha256Hash, document string) string {
	request := map[string]any{"extensions": map[string]any{
		"persistedQuery": map[string]any{"version": 1, "sha256Hash": sha256Hash},
	}}
	if document != "" {
		request["query"] = document
	}
	body, _ := json.Marshal(request)
	return string(body)
}

func TestTrustedDocuments(t *testing.T) {
	t.Parallel()
	const trusted, other = `query Name{name}`, `{name}`
	tooMuch := `{` + strings.Repeat("a{", 16) + "name" + strings.Repeat("}", 17)
	documents := make(map[limits.Digest]string)
	for _, document := range []string{trusted, tooMuch} {
		d, _ := limits.ParseDigest(hash(document))
		documents[d] = document
	}
	for name, c := range map[string]struct {
		body      string
		any, only apierror.Code // the code of the answer where everything is run, and where nothing else is
	}{
		"a trusted one by its name":         {named(hash(trusted), ""), "", ""},
		"with the algorithm":                {named("sha256:"+hash(trusted), ""), "", ""},
		"a trusted one as text":             {`{"query":"query Name{name}"}`, "", ""},
		"a trusted one as name and text":    {named(hash(trusted), trusted), "", ""},
		"another one":                       {`{"query":"{name}"}`, "", apierror.Forbidden},
		"another one, to be kept":           {named(hash(other), other), "", apierror.Forbidden},
		"one that is not known":             {named(hash(other), ""), limits.CodeUnknownDocument, apierror.Forbidden},
		"a text under a trusted one's name": {named(hash(trusted), other), apierror.Invalid, apierror.Invalid},
		"a name that is none":               {named("abc", ""), apierror.Invalid, apierror.Invalid},
		"a name of other letters":           {named(strings.Repeat("z", 64), ""), apierror.Invalid, apierror.Invalid},
		"a number for a name":               {`{"extensions":{"persistedQuery":7}}`, apierror.Invalid, apierror.Invalid},
		"no name":                           {`{"extensions":{"persistedQuery":null}}`, "BAD_REQUEST", "BAD_REQUEST"},
		"introspection":                     {`{"query":"{__schema{queryType{name}}}"}`, "", apierror.Forbidden},
		"a trusted one beyond the limits":   {named(hash(tooMuch), ""), apierror.Limit, apierror.Limit},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, only := range []bool{false, true} {
				s := newServer(t, func(_ *server, cfg *config) {
					cfg.trusted = limits.TrustedDocuments{Documents: documents, Only: func(context.Context) bool { return only }}
				})
				want := c.any
				if only {
					want = c.only
				}
				if a := s.do(t, request(c.body)); a.code() != want || (want == "") != (a.Status == 200) {
					t.Errorf("only trusted %v: status %d: %s", only, a.Status, a.Body)
				}
			}
		})
	}
}

// What a client sends with a name is not kept: it would fill the memory.
func TestNothingIsRegistered(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if a := s.do(t, request(named(hash(`{name}`), `{name}`))); a.Status != 200 {
		t.Fatal(a.Body)
	}
	if a := s.do(t, request(named(hash(`{name}`), ""))); a.code() != limits.CodeNoDocuments || a.Errors[0].Message != "PersistedQueryNotSupported" {
		t.Error(a.Body) // where there is no list a client need not try again
	}
	listed := newServer(t, func(_ *server, cfg *config) {
		cfg.trusted = limits.TrustedDocuments{Documents: map[limits.Digest]string{{}: "{a{name}}"}}
	})
	if a := listed.do(t, request(named(hash(`{name}`), ""))); a.code() != limits.CodeUnknownDocument || a.Errors[0].Message != "PersistedQueryNotFound" {
		t.Error(a.Body)
	}
}

func TestManifest(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	entry := func(name, document string) string { return fmt.Sprintf(`{%q:%q}`, name, document) }
	write("good/a.json", entry("sha256:"+hash("{a}"), "{a}"))
	write("good/b.json", entry(hash("{b}"), "{b}"))
	write("good/readme.txt", "no manifest")
	for path, want := range map[string]int{
		filepath.Join(folder, "good"):                                       2,
		filepath.Join(folder, "good/a.json"):                                1,
		filepath.Join(folder, "none.json"):                                  0,
		filepath.Join(folder, "good/readme.txt"):                            0,
		write("list.json", `["{a}"]`):                                       0,
		write("empty.json", `{}`):                                           0,
		write("md5.json", entry("9dd4e461268c8034f5c8564e155c67a6", "{a}")): 0,
		write("changed.json", entry(hash("{a}"), "{b}")):                    0,
	} {
		documents, err := limits.Manifest(path)
		if len(documents) != want || (err == nil) != (want > 0) {
			t.Errorf("%s: %d documents, %v", path, len(documents), err)
		}
		if err != nil && !strings.Contains(err.Error(), folder) {
			t.Errorf("%v does not say which file", err)
		}
	}
}
