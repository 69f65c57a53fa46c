package scimadapter_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	behaviour = regexp.MustCompile(`(?m)^\| (E-\d{3}) \| [^|]+ \| ([^|]+) \|$`)
	testName  = regexp.MustCompile("`([^`]+)`")
	numbered  = regexp.MustCompile(`E-\d{3}`)
)

// Every behaviour of identity providers has a test that says so, or a reason
// for having none. The list is docs/behaviours.md.
func TestEveryBehaviourHasATest(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, row := range behaviour.FindAllStringSubmatch(contents(t, "../docs/behaviours.md"), -1) {
		id, tests := row[1], row[2]
		if listed[id] {
			t.Errorf("%s is listed twice", id)
		}
		listed[id] = true
		files := testName.FindAllStringSubmatch(tests, -1)
		if reason, ok := strings.CutPrefix(tests, "none: "); ok && reason != "" && len(files) == 0 {
			continue
		}
		if len(files) == 0 {
			t.Errorf("%s has no test and no reason", id)
		}
		for _, file := range files {
			if path := testFile(file[1]); !strings.Contains(path, id) && !names(contents(t, path), id) {
				t.Errorf("%s does not name %s", path, id)
			}
		}
	}
	if len(listed) != 142 {
		t.Errorf("%d behaviours are listed, not 142", len(listed))
	}
	conversations, err := filepath.Glob("testdata/exchange/*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range conversations {
		if id := numbered.FindString(filepath.Base(path)); id != "" && !listed[id] {
			t.Errorf("%s is named after no behaviour", path)
		}
	}
}

// testFile is the path of a test as it is listed: a conversation or a file of Go.
func testFile(name string) string {
	if strings.HasSuffix(name, "_test.go") {
		return filepath.Join("..", name)
	}
	return filepath.Join("testdata", "exchange", name+".txtar")
}

// names reports whether a test speaks of a behaviour, in its text or in the
// name of a function.
func names(text, id string) bool {
	return strings.Contains(text, id) || strings.Contains(text, "func Test"+strings.ReplaceAll(id, "-", ""))
}

func contents(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// E-146: Entra speaks TLS 1.2, others 1.3. TLS ends at the proxy; the one that
// is shipped offers both by default, and must not be told otherwise.
func TestProxyOffersBothVersionsOfTLS(t *testing.T) {
	t.Parallel()
	if proxy := contents(t, "../docker/Caddyfile"); strings.Contains(proxy, "protocols") || !strings.Contains(proxy, "reverse_proxy") {
		t.Error("the proxy's versions of TLS are not the default ones")
	}
}
