package command

import (
	"errors"
	"flag"
	"strings"
	"testing"
)

func parse(t *testing.T, env map[string]string, args ...string) (listen, url string, help string, err error) {
	t.Helper()
	var out strings.Builder
	c := New("serve", "serve [flags]\n\nServes.", func(name string) string { return env[name] }, &out)
	c.StringVar(&listen, "listen-on", ":80", "`address` to listen on")
	c.StringVar(&url, "url", "", "`url` to ask")
	c.Int("people", 0, "`number` of people")
	c.Variable("url", "FEDDIR_SCIM_URL")
	err = c.Parse(args, 0)
	return listen, url, out.String(), err
}

func TestFlagCountsMoreThanVariable(t *testing.T) {
	t.Parallel()
	env := map[string]string{"FEDDIR_LISTEN_ON": ":81", "FEDDIR_SCIM_URL": "http://x", "FEDDIR_URL": "http://other"}
	if listen, url, _, err := parse(t, env); listen != ":81" || url != "http://x" || err != nil {
		t.Errorf("variables: %s, %s, %v", listen, url, err)
	}
	if listen, _, _, err := parse(t, env, "--listen-on", ":82"); listen != ":82" || err != nil {
		t.Errorf("flag: %s, %v", listen, err)
	}
}

func TestWrongCallsAreUsageErrors(t *testing.T) {
	t.Parallel()
	for _, call := range []struct {
		env  map[string]string
		args []string
		says string
	}{
		{nil, []string{"--people", "many"}, "--people"},
		{nil, []string{"--peple", "1"}, "--peple"},
		{nil, []string{"more"}, `"more"`},
		{map[string]string{"FEDDIR_PEOPLE": "many"}, nil, "FEDDIR_PEOPLE"},
	} {
		_, _, help, err := parse(t, call.env, call.args...)
		if _, usage := errors.AsType[*UsageError](err); !usage || !strings.Contains(err.Error(), call.says) || help != "" {
			t.Errorf("%v %v: %v\n%s", call.env, call.args, err, help)
		}
	}
}

func TestHelpNamesFlagsAndVariables(t *testing.T) {
	t.Parallel()
	secret := map[string]string{"FEDDIR_SCIM_URL": "http://secret"}
	_, _, help, err := parse(t, secret, "--help")
	if !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	for _, want := range []string{"Usage: feddir serve [flags]\n\nServes.\n", "--listen-on ADDRESS\n", "(default :80) [FEDDIR_LISTEN_ON]", "[FEDDIR_SCIM_URL]"} {
		if !strings.Contains(help, want) {
			t.Errorf("no %q in\n%s", want, help)
		}
	}
	if strings.Contains(help, "secret") {
		t.Errorf("the help shows what a variable holds:\n%s", help)
	}
}
