package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"
	"time"
)

// Kind is a kind of letter.
type Kind string

// The kinds.
const (
	Invitation       Kind = "invitation"
	KeyExpires       Kind = "key-expires"
	DirectoryFailing Kind = "directory-failing"
	DirectorySilent  Kind = "directory-silent"
	Test             Kind = "test"
)

// Letter is what a mail says. The comments name the kinds that use a field.
type Letter struct {
	Kind     Kind
	Language string // such as de or de-AT; English where there are no texts

	Company     string // all but test
	Name        string // of the key, the directory
	By          string // invitation: who invites; may be empty
	Role        string // invitation: OWNER, ADMIN, AUDITOR or READER
	Reason      string // directory-failing: what the last request failed with; may be empty
	Count       int    // key-expires: days; directory-failing: failed requests
	Time        time.Time
	URL         string // where to go; that of the installation for test
	Unsubscribe string // all but invitation and test
}

// The time of a letter is when the invitation ends, when the key expires, since
// when requests fail, or when the last one came.

//go:embed templates
var files embed.FS

var (
	texts  = texttemplate.Must(texttemplate.New("").Option("missingkey=error").ParseFS(files, "templates/*.txt"))
	layout = htmltemplate.Must(htmltemplate.ParseFS(files, "templates/layout.html"))
)

// Message returns a letter to an address.
func (l Letter) Message(to string) (Message, error) {
	if !isWeb(l.URL) || l.Unsubscribe != "" && !isWeb(l.Unsubscribe) {
		return Message{}, fmt.Errorf("a letter needs web addresses")
	}
	language := "en"
	if l.Language == "de" || strings.HasPrefix(l.Language, "de-") {
		language = "de"
	}
	page := page{Language: language, URL: l.URL, Unsubscribe: l.Unsubscribe}
	for part, to := range map[string]*string{"subject": &page.Subject, "body": &page.Body, "button": &page.Button, "reason": &page.Reason, "stop": &page.Stop} {
		text, err := l.text(language, part)
		if err != nil {
			return Message{}, err
		}
		*to = text
	}
	var html bytes.Buffer
	if err := layout.Execute(&html, page); err != nil {
		return Message{}, err
	}
	return Message{To: to, Subject: page.Subject, Text: page.text(), HTML: html.String(), Unsubscribe: l.Unsubscribe}, nil
}

// text returns one part of a letter. The subject and the texts have no markup;
// what somebody chose is a part of one line in them.
func (l Letter) text(language, part string) (string, error) {
	name := language + "." + string(l.Kind) + "." + part
	if part == "stop" {
		name = language + ".stop"
	}
	date := "2 January 2006, 15:04 UTC"
	if language == "de" {
		date = "02.01.2006, 15:04 UTC"
	}
	var out strings.Builder
	err := texts.ExecuteTemplate(&out, name, map[string]any{
		"Company": line(l.Company), "Name": line(l.Name), "By": line(l.By), "Role": l.Role, "Reason": line(l.Reason),
		"Count": l.Count, "Time": l.Time.UTC().Format(date), "URL": l.URL,
	})
	return strings.TrimSpace(out.String()), err
}

// page is a letter in its language.
type page struct {
	Language, Subject, Body, Button, Reason, Stop, URL, Unsubscribe string
}

// Paragraphs are those of the body.
func (p page) Paragraphs() []string { return strings.Split(p.Body, "\n\n") }

// text is the page without markup.
func (p page) text() string {
	text := p.Body + "\n\n" + p.Button + ":\n" + p.URL + "\n\n-- \n" + p.Reason + "\n"
	if p.Unsubscribe != "" {
		text += p.Stop + ": " + p.Unsubscribe + "\n"
	}
	return text
}
