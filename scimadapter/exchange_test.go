package scimadapter_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write what is answered into the conversations")

// A conversation is a file of requests and the answers they must get. Ids are
// {id1}, {id2} … in the order in which they appear in answers, cursors are
// {cursor1}, {cursor2} …; the time of something is {time}.
func TestExchange(t *testing.T) {
	files, err := filepath.Glob("testdata/exchange/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		client := filepath.Base(filepath.Dir(file))
		t.Run(client+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			onEachDatabase(t, func(t *testing.T, d *directory) { replay(t, d, file) })
		})
	}
}

func replay(t *testing.T, d *directory, file string) {
	conversation, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	names := &placeholders{ids: map[string]string{}}
	var asked txtar.Archive
	asked.Comment = conversation.Comment
	for i, section := range conversation.Files {
		request, ok := strings.CutSuffix(section.Name, ".request")
		if !ok {
			continue
		}
		got := names.hide(exchange(t, d, names.fill(string(section.Data))))
		asked.Files = append(asked.Files, section, txtar.File{Name: request + ".response", Data: []byte(got)})
		if *update {
			continue
		}
		if i+1 == len(conversation.Files) || conversation.Files[i+1].Name != request+".response" {
			t.Fatalf("request %s has no response", request)
		}
		if want := string(conversation.Files[i+1].Data); got != want {
			t.Errorf("request %s\n%sis answered with\n%s\nwant\n%s", request, section.Data, got, want)
		}
	}
	if *update && strings.HasSuffix(t.Name(), "/sqlite") {
		if err := os.WriteFile(file, txtar.Format(&asked), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// exchange sends a request written as a line with method and target, headers,
// an empty line and a body, and writes the answer likewise.
func exchange(t *testing.T, d *directory, text string) string {
	t.Helper()
	head, body, _ := strings.Cut(strings.TrimSpace(text), "\n\n")
	lines := strings.Split(head, "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	var headers []string
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ": ")
		headers = append(headers, name, value)
	}
	return written(t, d.send(d.ctx, method, target, body, headers...))
}

func written(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, w.Code)
	for _, name := range []string{"Allow", "ETag", "Location", "Retry-After"} {
		if value := w.Header().Get(name); value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	if w.Body.Len() == 0 {
		return b.String()
	}
	if got := w.Header().Get("Content-Type"); got != "application/scim+json" {
		t.Errorf("a body of type %q", got)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, w.Body.Bytes(), "", "  "); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	fmt.Fprintf(&b, "\n%s\n", &pretty)
	return b.String()
}

type placeholders struct {
	ids map[string]string // ids and cursors by placeholder
}

var (
	idPattern     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	cursorPattern = regexp.MustCompile(`Cursor": "([^"]+)"`)
	timePattern   = regexp.MustCompile(`"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ"`)
)

func (p *placeholders) fill(text string) string {
	for name, id := range p.ids {
		text = strings.ReplaceAll(text, name, id)
	}
	return text
}

func (p *placeholders) hide(text string) string {
	for _, id := range idPattern.FindAllString(text, -1) {
		p.name("id", id)
	}
	for _, match := range cursorPattern.FindAllStringSubmatch(text, -1) {
		p.name("cursor", match[1])
	}
	for name, id := range p.ids {
		text = strings.ReplaceAll(text, id, name)
	}
	return timePattern.ReplaceAllString(text, `"{time}"`)
}

// name makes a placeholder for what has none yet.
func (p *placeholders) name(kind, text string) {
	n := 1
	for name, other := range p.ids {
		if other == text {
			return
		}
		if strings.HasPrefix(name, "{"+kind) {
			n++
		}
	}
	p.ids[fmt.Sprintf("{%s%d}", kind, n)] = text
}
