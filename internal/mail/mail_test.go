package mail_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	mailer "github.com/feddir/feddir/internal/mail"
)

// newSender returns a sender to a server, which it takes for one on another
// machine.
func newSender(t *testing.T, s *server, url string) *mailer.Sender {
	t.Helper()
	sender, err := mailer.New(url)
	check(t, err)
	sender.Trust(s.roots, 500*time.Millisecond, true)
	return sender
}

var hello = mailer.Message{To: "ada@harbor.test", Subject: "Hello", Text: "Hello\n.\nthere", HTML: "<p>Hello</p>"}

// parts are those of a mail, decoded.
func parts(t *testing.T, raw string) (header mail.Header, text, html string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	check(t, err)
	_, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	check(t, err)
	var all []string
	for r := multipart.NewReader(m.Body, parameters["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			break
		}
		check(t, err)
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		check(t, err)
		all = append(all, strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
	if len(all) != 2 {
		t.Fatalf("%d parts: %s", len(all), raw)
	}
	return m.Header, all[0], all[1]
}

func TestSend(t *testing.T) {
	t.Parallel()
	user := "\x00bot\x00p@ss/word"
	for name, tc := range map[string]struct {
		change       func(s *server)
		scheme, user string
		elsewhere    bool
		secure       bool
	}{
		"STARTTLS":                {change: func(*server) {}, scheme: "smtp", elsewhere: true, secure: true},
		"with a password":         {change: func(s *server) { s.auth = user }, scheme: "smtp", user: "bot:p%40ss%2Fword", elsewhere: true, secure: true},
		"TLS":                     {change: func(s *server) { s.ssl = true; s.auth = user }, scheme: "smtps", user: "bot:p%40ss%2Fword", elsewhere: true, secure: true},
		"on this machine":         {change: func(s *server) { s.startTLS = false }, scheme: "smtp"},
		"on it, with a password":  {change: func(s *server) { s.startTLS = false; s.auth = user }, scheme: "smtp", user: "bot:p%40ss%2Fword"},
		"self-signed, on purpose": {change: func(s *server) { s.roots = nil }, scheme: "smtp", secure: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, tc.change)
			sender, err := mailer.New(s.at(tc.scheme, tc.user))
			check(t, err)
			sender.Trust(s.roots, 5*time.Second, tc.elsewhere)
			check(t, sender.Send(t.Context(), hello))
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.received) != 1 || s.secure != tc.secure {
				t.Fatalf("%d mails, secure %t", len(s.received), s.secure)
			}
			header, text, html := parts(t, s.received[0])
			if text != hello.Text || html != hello.HTML || header.Get("Auto-Submitted") != "auto-generated" || header.Get("Date") == "" {
				t.Errorf("%s", s.received[0])
			}
			for name, want := range map[string]string{"From": `"Directory" <directory@harbor.test>`, "To": "<ada@harbor.test>", "Subject": "Hello", "User-Agent": "", "X-Mailer": ""} {
				if got := header.Get(name); got != want {
					t.Errorf("%s: %q", name, got)
				}
			}
			if id := header.Get("Message-Id"); !strings.HasSuffix(id, "@harbor.test>") || len(id) < 30 {
				t.Errorf("Message-ID: %s", id)
			}
		})
	}
}

func TestServersThatFail(t *testing.T) {
	t.Parallel()
	answer := func(verb, text string) func(*server) { return func(s *server) { s.answers[verb] = text } }
	for name, tc := range map[string]struct {
		change func(s *server)
		user   string
		want   error
		says   string
	}{
		"no such mailbox":     {answer("RCPT", "550 5.1.1 ada@harbor.test is unknown"), "", mailer.ErrRefused, "550 5.1.1"},
		"spam":                {answer(".", "554 5.7.1 spam: Hello there"), "", mailer.ErrRefused, "554"},
		"foreign sender":      {answer("MAIL", "553 no"), "", mailer.ErrRefused, "553"},
		"grey-listed":         {answer("RCPT", "451 4.7.1 later"), "", mailer.ErrUnavailable, "451 4.7.1"},
		"full":                {answer("DATA", "452 full"), "", mailer.ErrUnavailable, "452"},
		"busy":                {answer("CONNECT", "421 busy"), "", mailer.ErrUnavailable, ""},
		"a wrong password":    {func(s *server) { s.auth = "\x00bot\x00right" }, "bot:wrong", mailer.ErrUnavailable, "535"},
		"no authentication":   {func(*server) {}, "bot:wrong", mailer.ErrUnavailable, ""},
		"no STARTTLS":         {func(s *server) { s.startTLS = false }, "", mailer.ErrUnavailable, "STARTTLS"},
		"a wrong certificate": {func(s *server) { s.cert, _ = newCertificate(t) }, "", mailer.ErrUnavailable, "certificate"},
		"silence":             {answer("CONNECT", ""), "", mailer.ErrUnavailable, "in time"},
		"silence at the end":  {answer(".", ""), "", mailer.ErrUnavailable, ""},
		"nonsense":            {answer("EHLO", "hello"), "", mailer.ErrUnavailable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, tc.change)
			err := newSender(t, s, s.at("smtp", tc.user)).Send(t.Context(), hello)
			if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%v, want %v with %s", err, tc.want, tc.says)
			}
			for _, hidden := range []string{"ada", "wrong", "right", "Hello"} {
				if strings.Contains(err.Error(), hidden) {
					t.Errorf("the error shows %s: %v", hidden, err)
				}
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.received) != 0 {
				t.Error("the mail was taken")
			}
			for _, c := range s.commands {
				if verb, _, _ := strings.Cut(c, " "); strings.Contains(tc.says, "STARTTLS") && (verb == "MAIL" || verb == "AUTH") {
					t.Errorf("%s was sent unencrypted", c)
				}
			}
		})
	}
}

// A mail that the server took is sent, however the connection ends: it must not
// be sent again.
func TestGoodbyeDoesNotMatter(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"QUIT", "RSET"} {
		s := newServer(t, func(s *server) { s.answers[verb] = "421 gone" })
		check(t, newSender(t, s, s.at("smtp", "")).Send(t.Context(), hello))
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(s *server) { s.answers["MAIL"] = "" })
	sender := newSender(t, s, s.at("smtp", ""))
	sender.Trust(s.roots, time.Hour, true)
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error)
	go func() { done <- sender.Send(ctx, hello) }()
	select {
	case <-s.silent:
	case err := <-done:
		t.Fatal(err)
	}
	cancel(nil)
	if err := <-done; !errors.Is(err, context.Canceled) || !errors.Is(err, mailer.ErrUnavailable) {
		t.Error(err)
	}
	if err := sender.Send(ctx, hello); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(*server) {})
	sender := newSender(t, s, s.at("smtp", ""))
	for address, want := range map[string]bool{
		"ada@harbor.test": true, "ada.lovelace+x@mail.harbor.test": true, "o'neill@harbor.test": true, "käthe@harbor.test": true,
		"": false, "ada": false, "@harbor.test": false, "ada@": false, "a@b@c": false, "Ada <ada@harbor.test>": false, "<ada@harbor.test>": false, " ada@harbor.test": false,
		"ada@harbor.test, eve@evil.test": false, "ada@harbor.test\r\nBcc: eve@evil.test": false, "ada@harbor.test\nRCPT TO:<eve@evil.test>": false, "\"a b\"@harbor.test": false,
		"\"a\r\nb\"@harbor.test": false, "ada@harbor.test\x00": false, "ada@[127.0.0.1]": false, "ada(x)@harbor.test": false, "ada@harbor.test\u2028": false, "ada\xff@harbor.test": false,
		strings.Repeat("a", 250) + "@b.test": false,
	} {
		if err := mailer.CheckAddress(address); (err == nil) != want {
			t.Errorf("%q: %v", address, err)
		}
		if !want {
			m := hello
			m.To = address
			if err := sender.Send(t.Context(), m); !errors.Is(err, mailer.ErrAddress) {
				t.Errorf("%q: %v", address, err)
			}
		}
	}
	if len(s.commands) != 0 {
		t.Errorf("the server was asked %q", s.commands)
	}
}

// What somebody chose, such as the name of a company, adds no header, no recipient
// and no paragraph.
func TestNothingIsInjected(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(*server) {})
	sender := newSender(t, s, s.at("smtp", ""))
	evil := "Harbor\r\nBcc: eve@evil.test\r\n\r\n<script>alert(1)</script>\n\nhttps://evil.test\u2028\x00 {{.URL}}" + strings.Repeat(" pay", 500)
	for _, kind := range []mailer.Kind{mailer.Invitation, mailer.KeyExpires, mailer.DirectoryFailing, mailer.DirectorySilent} {
		m, err := mailer.Letter{Kind: kind, Company: evil, Name: evil, By: evil, Reason: evil, Role: evil, URL: "https://directory.test/x"}.Message("ada@harbor.test")
		check(t, err)
		check(t, sender.Send(t.Context(), m))
		header, text, html := parts(t, s.received[len(s.received)-1])
		if header.Get("Bcc") != "" || len(header) > 9 || strings.Contains(html, "<script") || strings.Contains(text, "\nhttps://evil") || strings.Contains(text, "\x00") || len(text) > 2500 {
			t.Errorf("%s: %d headers\n%s\n%s", kind, len(header), text, html)
		}
	}
	m := hello
	m.Subject = "a\r\nBcc: eve@evil.test\r\n\r\nbody"
	check(t, sender.Send(t.Context(), m))
	if header, _, _ := parts(t, s.received[len(s.received)-1]); header.Get("Bcc") != "" || header.Get("Subject") != "a Bcc: eve@evil.test body" {
		t.Errorf("%v", header)
	}
	for _, c := range s.commands {
		if strings.HasPrefix(c, "RCPT") && !strings.HasPrefix(c, "RCPT TO:<ada@harbor.test>") {
			t.Error(c)
		}
	}
	for _, bad := range []string{"javascript:alert(1)", "https://a.test/\r\nBcc: x", "https://a.test/>,<b", "//a.test", "https://user@a.test/", ""} {
		if _, err := (mailer.Letter{Kind: mailer.Test, URL: bad}).Message("ada@harbor.test"); err == nil {
			t.Errorf("%q was taken", bad)
		}
		m := hello
		if m.Unsubscribe = bad; bad != "" && sender.Send(t.Context(), m) == nil {
			t.Errorf("%q was taken to unsubscribe", bad)
		}
	}
}

func TestLetters(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(*server) {})
	sender := newSender(t, s, s.at("smtp", ""))
	at := time.Date(2026, 12, 24, 19, 0, 0, 0, time.FixedZone("CET", 3600))
	stop := "https://directory.test/unsubscribe/abc"
	for _, tc := range []struct {
		letter  mailer.Letter
		subject string
		says    []string
	}{
		{mailer.Letter{Kind: mailer.Invitation, By: "Grace", Role: "ADMIN", Time: at}, "Invitation to the directory of Harbor & Söhne", []string{"Grace invites you to the directory of Harbor & Söhne, with the role admin.", "24 December 2026, 18:00 UTC"}},
		{mailer.Letter{Kind: mailer.Invitation, Language: "de-AT", Role: "READER", Time: at}, "Einladung in das Verzeichnis von Harbor & Söhne", []string{"mit der Rolle Lesezugriff", "24.12.2026, 18:00 UTC"}},
		{mailer.Letter{Kind: mailer.KeyExpires, Name: "Entra", Count: 1, Unsubscribe: stop}, "Harbor & Söhne: the key Entra expires in 1 day", nil},
		{mailer.Letter{Kind: mailer.KeyExpires, Name: "Entra", Count: 14, Language: "de", Unsubscribe: stop}, "Harbor & Söhne: der Schlüssel Entra läuft in 14 Tagen ab", nil},
		{mailer.Letter{Kind: mailer.DirectoryFailing, Name: "Staff", Count: 3, Reason: "invalidValue", Unsubscribe: stop}, "Harbor & Söhne: provisioning of Staff fails", []string{"3 requests", "The last one failed with: invalidValue"}},
		{mailer.Letter{Kind: mailer.DirectoryFailing, Name: "Staff", Count: 1, Language: "de", Unsubscribe: stop}, "Harbor & Söhne: die Bereitstellung von Staff schlägt fehl", []string{"ist 1 Anfrage an"}},
		{mailer.Letter{Kind: mailer.DirectorySilent, Name: "Staff", Time: at, Unsubscribe: stop}, "Harbor & Söhne: no requests to Staff", []string{"since 24 December"}},
		{mailer.Letter{Kind: mailer.DirectorySilent, Name: "Staff", Time: at, Language: "de", Unsubscribe: stop}, "Harbor & Söhne: keine Anfragen an Staff", nil},
		{mailer.Letter{Kind: mailer.Test, Language: "fr"}, "Test mail", nil},
		{mailer.Letter{Kind: mailer.Test, Language: "de"}, "Testmail", nil},
	} {
		tc.letter.Company, tc.letter.URL = "Harbor & Söhne", "https://directory.test/console/?a=1&b=2"
		m, err := tc.letter.Message("ada@harbor.test")
		check(t, err)
		check(t, sender.Send(t.Context(), m))
		header, text, html := parts(t, s.received[len(s.received)-1])
		subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
		check(t, err)
		if subject != tc.subject {
			t.Errorf("%q, want %q", subject, tc.subject)
		}
		for _, want := range append(tc.says, tc.letter.URL, "You get this because", "Unsubscribe") {
			if german := strings.HasPrefix(tc.letter.Language, "de"); german {
				want = strings.NewReplacer("You get this because", "Sie erhalten diese Mail, weil", "Unsubscribe", "Abbestellen").Replace(want)
			}
			escaped := strings.NewReplacer("&", "&amp;").Replace(want)
			if named := want != "Unsubscribe" && want != "Abbestellen" || tc.letter.Unsubscribe != ""; strings.Contains(text, want) != named || strings.Contains(html, escaped) != named {
				t.Errorf("%s %s: %q\n%s\n%s", tc.letter.Kind, tc.letter.Language, want, text, html)
			}
		}
		unsubscribe, post := header.Get("List-Unsubscribe"), header.Get("List-Unsubscribe-Post")
		if notice := tc.letter.Unsubscribe != ""; notice != (unsubscribe == "<"+stop+">") || notice != (post == "List-Unsubscribe=One-Click") {
			t.Errorf("%s: %q %q", tc.letter.Kind, unsubscribe, post)
		}
		if strings.Contains(text+html, "<no value>") || strings.Contains(text, "  ") {
			t.Errorf("%s", text)
		}
	}
	if _, err := (mailer.Letter{Kind: "another", URL: "https://directory.test/"}).Message("ada@harbor.test"); err == nil {
		t.Error("a letter of no kind")
	}
}

func TestServerAddresses(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]bool{
		"smtp://mail.test?from=a@b.test": true, "smtps://u:p@mail.test:465?from=A+<a@b.test>": true, "smtp://mail.test/?from=a@b.test&insecure": true, "smtp://[::1]:25?from=a@b.test": true,
		"": false, "mail.test:587": false, "http://mail.test?from=a@b.test": false, "smtp://mail.test": false, "smtp://mail.test?from=": false, "smtp://?from=a@b.test": false,
		"smtp://mail.test?from=a@b.test&insecrue": false, "smtp://mail.test?from=a@b.test&from=c@d.test": false, "smtp://mail.test:0?from=a@b.test": false,
		"smtp://mail.test:99999?from=a@b.test": false, "smtp://mail.test?from=a@b.test%0d%0aBcc:x@y.test": false, "smtp://mail.test/x?from=a@b.test": false,
		"smtp://u:geheim@mail.test": false, "smtp://u:geheim@mail.test:x?from=a@b.test": false, "smtp://mail.test?from=%zz": false,
	} {
		_, err := mailer.New(url)
		if (err == nil) != want || err != nil && strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
