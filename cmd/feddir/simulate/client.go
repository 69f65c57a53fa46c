package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/feddir/feddir/internal/jsontext"
)

const (
	maxAnswerBytes = 64 << 20 // a group of some hundred thousand members fits
	maxAttempts    = 7        // with doubling pauses from 250 ms on: about 16 s
	maxThrottled   = 50       // answers 429 to one request
	maxPause       = time.Minute
)

// client sends requests as Entra does and checks what every answer must have.
type client struct {
	http         *http.Client
	base         *url.URL
	credentials  *credentials
	limiter      *limiter
	report       *report
	timeout      time.Duration
	backoff      time.Duration
	allowOutages bool
}

// request is one request of the job.
type request struct {
	kind   string // its line in the summary
	method string
	path   string // below the base URL
	query  string // encoded
	body   any    // sent as JSON; []byte as it is
	allow  []int  // the expected statuses
	header http.Header
	token  *string
}

// unreachable ends the job: the server does not answer, or does not accept the token.
type unreachable struct{ cause error }

func (u *unreachable) Error() string { return u.cause.Error() }
func (u *unreachable) Unwrap() error { return u.cause }

// do sends r at its slot, and again until the answer is final. The error is nil unless the job must end.
func (c *client) do(ctx context.Context, r request) (answer, error) {
	t, err := c.limiter.wait(ctx)
	if err != nil {
		return answer{request: r, report: c.report}, context.Cause(ctx)
	}
	return c.doAt(ctx, r, t)
}

// doAt is do at a slot that was taken already.
func (c *client) doAt(ctx context.Context, r request, t slot) (answer, error) {
	var uncertain bool
	throttled, refused := 0, ""
	for attempt := 1; ; attempt++ {
		a, token, err := c.attempt(ctx, r, t, refused)
		a.uncertain = uncertain
		pause := time.Duration(float64(c.backoff<<min(attempt-1, 10)) * (0.75 + rand.Float64()/2))
		switch {
		case ctx.Err() != nil:
			return a, context.Cause(ctx)
		case errors.As(err, new(*unreachable)):
			return a, err
		case err != nil:
			c.outage(a, "no answer: "+plain(err))
			if attempt == maxAttempts {
				return a, &unreachable{fmt.Errorf("%s: no answer after %d attempts: %w", r.route(), attempt, err)}
			}
			uncertain = true
		case a.status == http.StatusTooManyRequests && throttled < maxThrottled:
			throttled++
			attempt--
			c.report.throttled.Add(1)
			pause = retryAfter(a.header, pause)
		case a.status >= 500 && !r.allows(a.status):
			c.outage(a, "a server error: "+a.detail())
			if attempt == maxAttempts {
				if c.allowOutages {
					a.wrong("still a server error after %d attempts", attempt)
				}
				return a, nil
			}
			uncertain = true
			pause = retryAfter(a.header, pause)
		case a.status == http.StatusUnauthorized && r.token == nil:
			if !c.credentials.renewable() || refused != "" {
				return a, &unreachable{fmt.Errorf("%s: the token was refused with 401: %s", r.route(), a.detail())}
			}
			refused, pause = token, 0
		default:
			a.check()
			return a, nil
		}
		if err := sleep(ctx, pause); err != nil {
			return a, context.Cause(ctx)
		}
		if t, err = c.limiter.wait(ctx); err != nil {
			return a, context.Cause(ctx)
		}
	}
}

func (c *client) outage(a answer, reason string) {
	c.report.outages.Add(1)
	if !c.allowOutages {
		a.wrong("%s", reason)
	}
}

// attempt sends r once. The error means that no complete answer came.
func (c *client) attempt(ctx context.Context, r request, t slot, refused string) (a answer, token string, err error) {
	a = answer{request: r, report: c.report}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	if r.token != nil {
		token = *r.token
	} else if token, err = c.credentials.token(ctx, refused); err != nil {
		return a, "", err
	}
	req, err := c.build(ctx, r, token)
	if err != nil {
		return a, token, err
	}
	start := time.Now()
	if t.stage != nil && !t.due.IsZero() {
		t.stage.sent(start.Sub(t.due))
		start = t.due
	}
	defer func() { c.report.count(r.kind, a.status, time.Since(start), t.stage) }()
	res, err := c.http.Do(req)
	if err != nil {
		return a, token, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswerBytes+1))
	if err == nil && len(body) > maxAnswerBytes {
		err = fmt.Errorf("the answer is larger than %d MB", maxAnswerBytes>>20)
	}
	if err != nil {
		return a, token, err
	}
	a.status, a.header, a.raw = res.StatusCode, res.Header, body
	return a, token, nil
}

func (c *client) build(ctx context.Context, r request, token string) (*http.Request, error) {
	u := *c.base
	u.Path += r.path
	u.RawQuery = strings.Trim(c.base.RawQuery+"&"+r.query, "&")
	var body io.Reader
	switch b := r.body.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(b)
	default:
		var text bytes.Buffer
		if err := jsontext.Append(&text, b); err != nil {
			return nil, err
		}
		body = &text
	}
	req, err := http.NewRequestWithContext(ctx, r.method, u.String(), body)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, r.header)
	if body != nil {
		req.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	}
	req.Header.Set("Accept", "application/scim+json")
	req.Header.Set("User-Agent", "feddir-simulate-entra")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return req, nil
}

// route describes the request in one line, for messages.
func (r request) route() string {
	route := r.method + " " + r.path
	if r.query != "" {
		query, err := url.QueryUnescape(r.query)
		if err != nil {
			query = r.query
		}
		route += "?" + query
	}
	return short(route, 300)
}

func (r request) allows(status int) bool { return slices.Contains(r.allow, status) }

// retryAfter reads Retry-After, seconds or a date (RFC 9110 §10.2.3).
func retryAfter(h http.Header, otherwise time.Duration) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		return min(time.Duration(seconds)*time.Second, maxPause)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(time.Until(at), maxPause)
	}
	return otherwise
}

// plain returns the cause of a failed request without the URL.
func plain(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return short(err.Error(), 200)
}

// filter adds a filter to a query, with spaces as + (as forms do) or as %20: Entra sends both.
func filter(form bool, query, expression string) string {
	text := url.QueryEscape(expression)
	if !form {
		text = strings.ReplaceAll(text, "+", "%20")
	}
	return strings.TrimPrefix(query+"&filter="+text, "&")
}

// quote writes a filter's comparison value: a JSON string (RFC 7644 §3.4.2.2).
func quote(s string) string {
	var text bytes.Buffer
	_ = jsontext.Append(&text, s) // a string into a buffer cannot fail
	return text.String()
}

func short(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n]) + "…"
}

// compact writes a JSON value on one line, shortened.
func compact(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return short(string(text), 80)
}
