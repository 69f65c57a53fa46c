package mail

import (
	"crypto/rand"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

const (
	maxAddress = 254 // RFC 5321 §4.5.3.1.3
	maxLine    = 200 // characters of what somebody chose, such as a name
	maxSubject = 300
)

// Message is a mail to one person.
type Message struct {
	To      string // an address alone
	Subject string
	Text    string
	HTML    string
	// Unsubscribe is the address that ends such mails, to which mail programs
	// send a POST of their own (RFC 8058); empty where that makes no sense.
	Unsubscribe string
}

// CheckAddress fails with [ErrAddress] for a text that is not a mail address
// alone.
func CheckAddress(text string) error {
	parsed, err := mail.ParseAddress(text)
	local, domain, _ := strings.Cut(text, "@")
	if err != nil || parsed.Address != text || parsed.Name != "" || len(text) > maxAddress || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, func(r rune) bool {
			return unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(`"<>()[],;:\`, r)
		}) ||
		local == "" || domain == "" || strings.Contains(domain, "@") {
		return ErrAddress
	}
	return nil
}

// compose returns a message as the library sends it.
func (s *Sender) compose(m Message) (*gomail.Msg, error) {
	if err := CheckAddress(m.To); err != nil {
		return nil, err
	}
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out.FromMailAddress(s.from)
	out.ToMailAddress(&mail.Address{Address: m.To})
	out.Subject(clip(m.Subject, maxSubject))
	out.SetDate()
	out.SetMessageIDWithValue(rand.Text() + "@" + s.domain())
	out.SetGenHeader("Auto-Submitted", "auto-generated") // so that no program answers it (RFC 3834)
	out.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		out.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	if m.Unsubscribe == "" {
		return out, nil
	}
	if !isWeb(m.Unsubscribe) {
		return nil, fmt.Errorf("the address to unsubscribe is no web address")
	}
	out.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
	if strings.HasPrefix(m.Unsubscribe, "https://") { // RFC 8058 §3.1
		out.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	return out, nil
}

// isWeb reports whether a text is a web address that needs no escapes anywhere.
func isWeb(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		!strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>\"'`,", r) })
}

// line returns what somebody chose as part of a line: without control characters,
// and not so long that it could be a text of its own.
func line(text string) string { return clip(text, maxLine) }

func clip(text string, length int) string {
	runes := []rune(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' }), " "))
	if len(runes) > length {
		runes = append(runes[:length-1], '…')
	}
	return string(runes)
}
