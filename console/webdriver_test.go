package console_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// browser is a headless Chromium, driven through ChromeDriver by the WebDriver
// protocol (https://www.w3.org/TR/webdriver2/). A failing command ends the test.
type browser struct {
	t       *testing.T
	session string
}

// startBrowser starts a browser with an empty profile for one test. Without
// Chromium the test is skipped, but not in CI.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	driver, err := exec.LookPath("chromedriver")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI needs Chromium and ChromeDriver")
		}
		t.Skip("no chromedriver: install Chromium and ChromeDriver to run this test")
	}
	// Not the test's own context: it ends before the session can be closed.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, driver, "--port=0")
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	b.session = "http://127.0.0.1:" + driverPort(t, output) + "/session"
	var created struct{ SessionID string }
	b.command(http.MethodPost, "", capabilities(), &created)
	b.session += "/" + created.SessionID
	t.Cleanup(func() { b.command(http.MethodDelete, "", nil, nil) })
	b.command(http.MethodPost, "/timeouts", map[string]any{"implicit": 60_000}, nil)
	return b
}

func driverPort(t *testing.T, output io.Reader) string {
	t.Helper()
	started := regexp.MustCompile(`started successfully on port (\d+)`)
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if match := started.FindStringSubmatch(lines.Text()); match != nil {
			return match[1]
		}
	}
	t.Fatal("chromedriver did not start")
	return ""
}

func capabilities() map[string]any {
	return map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"browserName":       "chrome",
		"goog:loggingPrefs": map[string]any{"browser": "ALL", "performance": "ALL"},
		"goog:chromeOptions": map[string]any{"args": []string{
			"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
			"--no-first-run", "--disable-background-networking", "--disable-component-update",
			"--disable-sync", "--window-size=1280,800",
		}},
	}}}
}

// command sends one command of the session and decodes its value into result.
func (b *browser) command(method, path string, body, result any) {
	b.t.Helper()
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			b.t.Fatal(err)
		}
	}
	request, err := http.NewRequest(method, b.session+path, &content)
	if err != nil {
		b.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	var answer struct{ Value json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		b.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		b.t.Fatalf("%s %s: %s", method, path, answer.Value)
	}
	if result != nil {
		if err := json.Unmarshal(answer.Value, result); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *browser) open(url string) {
	b.t.Helper()
	b.command(http.MethodPost, "/url", map[string]string{"url": url}, nil)
}

// find waits for an element by XPath and returns its address.
func (b *browser) find(xpath string) string {
	b.t.Helper()
	var element map[string]string
	b.command(http.MethodPost, "/element", map[string]string{"using": "xpath", "value": xpath}, &element)
	for _, id := range element {
		return "/element/" + id
	}
	b.t.Fatalf("no element %s", xpath)
	return ""
}

func (b *browser) click(xpath string) {
	b.t.Helper()
	b.command(http.MethodPost, b.find(xpath)+"/click", map[string]any{}, nil)
}

func (b *browser) typeInto(xpath, text string) {
	b.t.Helper()
	b.command(http.MethodPost, b.find(xpath)+"/value", map[string]string{"text": text}, nil)
}

// run runs a script in the page and decodes what it returns into result.
func (b *browser) run(script string, result any) {
	b.t.Helper()
	b.command(http.MethodPost, "/execute/sync", map[string]any{"script": script, "args": []any{}}, result)
}

// logged returns the new messages of a log, "browser" or "performance".
func (b *browser) logged(kind string) []logEntry {
	b.t.Helper()
	var entries []logEntry
	b.command(http.MethodPost, "/se/log", map[string]string{"type": kind}, &entries)
	return entries
}

type logEntry struct{ Level, Message string }

// screenshot keeps a picture of the page among the test's artifacts.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	var encoded string
	b.command(http.MethodGet, "/screenshot", nil, &encoded)
	picture, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.t.ArtifactDir(), name+".png"), picture, 0o600); err != nil {
		b.t.Fatal(err)
	}
}
