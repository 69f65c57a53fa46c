package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a mail server that keeps what it receives.
type server struct {
	net.Listener
	cert     tls.Certificate
	roots    *x509.CertPool
	startTLS bool
	ssl      bool
	auth     string            // what AUTH PLAIN must say; empty where it is not offered
	answers  map[string]string // by command, in place of what it would answer; "" for silence

	mu       sync.Mutex
	received []string
	commands []string
	secure   bool // how the last mail came
	silent   chan struct{}
}

func newServer(t *testing.T, change func(s *server)) *server {
	s := &server{startTLS: true, answers: map[string]string{}, silent: make(chan struct{}, 1)}
	s.cert, s.roots = newCertificate(t)
	change(s)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	if s.ssl {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{s.cert}})
	}
	s.Listener = l
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return s
}

// newCertificate returns one for 127.0.0.1.
func newCertificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(t, err)
	leaf, err := x509.ParseCertificate(der)
	check(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// serve talks to one client (RFC 5321).
func (s *server) serve(conn net.Conn) {
	defer conn.Close()
	text, secure := textproto.NewConn(conn), s.ssl
	if !s.say(text, "CONNECT", "220 mail.test") {
		_, _ = io.Copy(io.Discard, conn)
		return
	}
	for {
		command, err := text.ReadLine()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.commands = append(s.commands, command)
		s.mu.Unlock()
		verb, _, _ := strings.Cut(command, " ")
		switch verb {
		case "EHLO":
			offers := "250-mail.test\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n"
			if s.startTLS && !secure {
				offers += "250-STARTTLS\r\n"
			}
			if s.auth != "" {
				offers += "250-AUTH PLAIN\r\n"
			}
			s.say(text, verb, offers+"250 SIZE 1000000")
		case "STARTTLS":
			s.say(text, verb, "220 go")
			conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{s.cert}})
			text, secure = textproto.NewConn(conn), true
		case "AUTH":
			answer := "535 5.7.8 no"
			if command == "AUTH PLAIN "+base64.StdEncoding.EncodeToString([]byte(s.auth)) {
				answer = "235 yes"
			}
			s.say(text, verb, answer)
		case "DATA":
			if !s.say(text, verb, "354 go") {
				continue
			}
			mail, err := io.ReadAll(text.DotReader())
			if err != nil {
				return
			}
			if s.say(text, ".", "250 taken") {
				s.mu.Lock()
				s.received, s.secure = append(s.received, string(mail)), secure
				s.mu.Unlock()
			}
		case "QUIT":
			s.say(text, verb, "221 bye")
			return
		default:
			s.say(text, verb, "250 ok")
		}
	}
}

// say answers a command. It reports whether the answer is the usual one.
func (s *server) say(text *textproto.Conn, verb, usual string) bool {
	answer, unusual := s.answers[verb]
	if !unusual {
		answer = usual
	}
	if answer != "" {
		_ = text.PrintfLine("%s", answer)
	} else {
		s.silent <- struct{}{}
	}
	return !unusual
}

// at is the address of the server for a sender.
func (s *server) at(scheme, user string) string {
	if user != "" {
		user += "@"
	}
	return fmt.Sprintf("%s://%s%s?from=Directory+<directory@harbor.test>", scheme, user, s.Addr())
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
