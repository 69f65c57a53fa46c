package simulate

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/feddir/feddir/cmd/feddir/command"
)

// Command runs "feddir simulate entra" with the arguments that follow these words. Progress goes to stderr, the
// summary to stdout. The error is a *Failed if answers were wrong or the directory differs from the source; any other
// error says why the run did not start or ended early; flag.ErrHelp that the help was asked for.
func Command(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	opt, err := parse(args, getenv, stdout)
	if err != nil {
		return err
	}
	j, err := newJob(opt, stderr)
	if err != nil {
		return err
	}
	err = j.run(ctx)
	j.progress.end()
	s := j.report.summary(opt, err)
	write := s.writeText
	if opt.json {
		write = func(w io.Writer) error { return command.PrintJSON(w, s) }
	}
	if printed := write(stdout); printed != nil {
		return fmt.Errorf("print the summary: %w", printed)
	}
	if err != nil {
		return err
	}
	return j.report.failure()
}

// newJob prepares a job. It reads the source file and sends no request.
func newJob(opt options, stderr io.Writer) (*job, error) {
	src := &Source{}
	if opt.source != "" {
		var err error
		if src, err = load(opt.source); err != nil {
			return nil, err
		}
		if len(src.People) > 0 {
			_, domain, ok := strings.Cut(src.People[0].want[userName], "@")
			if ok {
				opt.domain = domain
			}
		}
	}
	generator := newGenerator(opt.seed, opt.domain, src)
	if opt.source == "" {
		generator.populate(opt.people, opt.groups)
	}
	base, err := url.Parse(opt.url)
	if err != nil {
		return nil, err
	}
	base.Path, base.RawPath, base.Fragment = strings.TrimRight(base.Path, "/"), "", ""

	transport := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		MaxIdleConns:        opt.concurrency + 1,
		MaxIdleConnsPerHost: opt.concurrency + 1,
		IdleConnTimeout:     time.Minute,
		ForceAttemptHTTP2:   true,
	}
	// Redirects are not followed: Entra is not known to follow them with a token.
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	h := &http.Client{Transport: transport, CheckRedirect: noRedirect}
	r := newReport(opt.strict)
	signIn, err := newCredentials(opt, h, r)
	if err != nil {
		return nil, err
	}
	c := &client{
		http: h, base: base, report: r, timeout: opt.timeout, backoff: 250 * time.Millisecond, allowOutages: opt.allowOutages,
		limiter: newLimiter(opt.initialRate), credentials: signIn,
	}
	return &job{opt: opt, client: c, report: r, progress: newProgress(stderr, r, opt.quiet), src: src, generator: generator,
		linked: map[string]*object{}}, nil
}
