package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// timeout is how long the server may take for a connection, and for each mail.
const timeout = 20 * time.Second

var (
	// ErrAddress means that a text is no mail address.
	ErrAddress = errors.New("the mail address is not valid")
	// ErrRefused means that the server refused the mail for good.
	ErrRefused = errors.New("the mail server refused the mail")
	// ErrUnavailable means that the mail can be sent again later.
	ErrUnavailable = errors.New("the mail server is not available")
)

// Sender sends mails by one SMTP server. Safe for concurrent use.
type Sender struct {
	host    string
	port    int
	user    string
	pass    string
	from    *mail.Address
	ssl     bool // from the first byte, instead of STARTTLS
	open    bool // TLS where the server has it, without a check of its certificate
	tls     *tls.Config
	timeout time.Duration
}

// New returns the sender of a URL:
//
//	smtp://user:password@mail.test:587?from=Directory <directory@mail.test>
//	smtps://mail.test?from=directory@mail.test
//
// Behind smtp, the server must offer STARTTLS with a valid certificate, unless it
// runs on this machine or the URL has the parameter insecure.
func New(text string) (*Sender, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Opaque != "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return nil, errors.New("the address of the mail server must be smtp://host:port?from=address, or smtps://") // without the text: it has a password
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errors.New("the parameters of the mail server's address are malformed")
	}
	s := &Sender{host: u.Hostname(), port: 587, ssl: u.Scheme == "smtps", open: query.Has("insecure") || loopback(u.Hostname()), timeout: timeout}
	for name, values := range query {
		if name != "from" && name != "insecure" || len(values) > 1 {
			return nil, errors.New("the parameters of the mail server's address are from and insecure, each once")
		}
	}
	if s.from, err = mail.ParseAddress(query.Get("from")); err != nil || CheckAddress(s.from.Address) != nil || s.from.Name != line(s.from.Name) {
		return nil, errors.New("the mail server's address lacks from, the address that mails are sent from")
	}
	if s.ssl {
		s.port = 465
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return nil, errors.New("the port of the mail server is not valid")
		}
	}
	s.user = u.User.Username()
	s.pass, _ = u.User.Password()
	s.tls = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: s.open}
	return s, nil
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// Send sends a mail.
func (s *Sender) Send(ctx context.Context, m Message) error {
	mail, err := s.compose(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*s.timeout)
	defer cancel()
	client, err := gomail.NewClient(s.host, s.options(ctx)...)
	if err != nil {
		return fmt.Errorf("%w: it cannot be configured", ErrUnavailable)
	}
	smtp, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return why(ctx, err)
	}
	err = client.SendWithSMTPClient(smtp, mail)
	_ = client.CloseWithSMTPClient(smtp) // a mail that was taken is sent, whatever follows
	if err != nil && !mail.IsDelivered() {
		return why(ctx, err)
	}
	return nil
}

// options are those of the client for one mail. Its connection ends with ctx.
func (s *Sender) options(ctx context.Context) []gomail.Option {
	policy, auth := gomail.TLSMandatory, gomail.SMTPAuthAutoDiscover
	if s.ssl {
		policy = gomail.TLSOpportunistic // within a connection that is encrypted
	}
	if s.open {
		policy, auth = gomail.TLSOpportunistic, gomail.SMTPAuthPlainNoEnc
	}
	if s.user == "" {
		auth = gomail.SMTPAuthNoAuth
	}
	return []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(s.timeout), gomail.WithHELO(s.domain()), gomail.WithTLSConfig(s.tls), gomail.WithTLSPolicy(policy),
		gomail.WithSMTPAuth(auth), gomail.WithUsername(s.user), gomail.WithPassword(s.pass), gomail.WithoutNoop(),
		gomail.WithDialContextFunc(func(dialing context.Context, network, address string) (net.Conn, error) {
			return s.dial(ctx, dialing, network, address)
		}),
	}
}

func (s *Sender) dial(ctx, dialing context.Context, network, address string) (conn net.Conn, err error) {
	if s.ssl {
		conn, err = (&tls.Dialer{Config: s.tls}).DialContext(dialing, network, address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(dialing, network, address)
	}
	if err == nil {
		context.AfterFunc(ctx, func() { _ = conn.Close() })
	}
	return conn, err
}

// domain is that of the address that mails are sent from.
func (s *Sender) domain() string {
	return s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:]
}

// why says why a mail was not sent. What the server says is left out: it may
// repeat what it was sent.
func why(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
	said, _ := errors.AsType[*gomail.SendError](err)
	timed, _ := errors.AsType[net.Error](err)
	switch {
	case said != nil && said.ErrorCode() >= 500:
		return fmt.Errorf("%w: %s, status %d %s", ErrRefused, said.Reason, said.ErrorCode(), said.EnhancedStatusCode())
	case said != nil && said.ErrorCode() >= 400:
		return fmt.Errorf("%w: %s, status %d %s", ErrUnavailable, said.Reason, said.ErrorCode(), said.EnhancedStatusCode())
	case timed != nil && timed.Timeout():
		return fmt.Errorf("%w: it did not answer in time", ErrUnavailable)
	}
	return fmt.Errorf("%w: %s", ErrUnavailable, step(err))
}

// step says what failed before a mail was sent.
func step(err error) string {
	if said, ok := errors.AsType[*textproto.Error](err); ok {
		return fmt.Sprintf("it answered with status %d", said.Code)
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "its certificate is not valid"
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "its name cannot be resolved"
	}
	if strings.Contains(err.Error(), "does not support STARTTLS") {
		return "it does not offer STARTTLS"
	}
	return "the connection failed"
}
