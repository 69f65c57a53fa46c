package auth_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/feddir/feddir/ent/viewer"
	"github.com/feddir/feddir/internal/auth"
)

func TestParseOrigin(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://people.example.com":             "https://people.example.com",
		"HTTPS://People.Example.COM":             "https://people.example.com",
		"https://people.example.com/":            "https://people.example.com",
		"https://people.example.com:443":         "https://people.example.com",
		"http://people.example.com:443":          "http://people.example.com:443",
		"http://localhost:5173":                  "http://localhost:5173",
		"http://[::1]:80":                        "http://[::1]",
		"capacitor://localhost":                  "capacitor://localhost",
		"":                                       "",
		"*":                                      "",
		"null":                                   "",
		"people.example.com":                     "",
		"https://*.example.com":                  "",
		"https://people.example.com/app":         "",
		"https://people.example.com?":            "",
		"https://people.example.com#":            "",
		"https://ada@people.example.com":         "",
		"https://":                               "",
		"https://:443":                           "",
		"https://people.example.com evil":        "",
		"https://bücher.example":                 "",
		"https://b%c3%bccher.example":            "",
		"https://" + strings.Repeat("a", 255):    "",
		"https://people.example.com\r\nX-Set: 1": "",
	} {
		got, err := auth.ParseOrigin(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestAllowsOrigin(t *testing.T) {
	t.Parallel()
	v := viewer.Viewer{Origins: []string{"https://people.example.com"}}
	for origin, want := range map[string]bool{
		"":                                true,
		"https://directory.test":          true,
		"http://DIRECTORY.test":           true,
		"https://people.example.com":      true,
		"http://people.example.com":       false,
		"https://people.example.com:8443": false,
		"https://directory.test.evil":     false,
		"null":                            false,
		"https://evil.example":            false,
	} {
		r := httptest.NewRequest("GET", "https://directory.test/graphql", nil)
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if got := auth.AllowsOrigin(r, v); got != want {
			t.Errorf("%q: %v", origin, got)
		}
	}
}
