package simulate

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/feddir/feddir/cmd/feddir/command"
)

// options are the flags of the command line.
type options struct {
	url                              string
	token                            string
	clientID, clientSecret, tokenURL string
	clientAuth, grant, scope         string
	clientKey, clientKeyID           string
	assertionFile                    string
	people, groups                   int
	seed                             uint64
	domain, source                   string
	cycles                           int
	duration                         time.Duration
	dialect                          dialect
	rates                            rates
	initialRate                      float64
	concurrency, membersPerPatch     int
	timeout                          time.Duration
	probeErrors, strict              bool
	allowOutages, cleanup            bool
	probeFeatures, extension         bool
	json, quiet                      bool
}

const usage = `simulate entra --url URL [--token TOKEN | --token-url URL --client-id ID …] [flags]

Plays a Microsoft Entra ID provisioning job against a SCIM 2.0 endpoint, checks every answer, and finally
compares the directory with the source. It works with any SCIM server and does not need Entra.
It exits with an error if an answer was wrong or the directory differs from the source.

A first try: 100 people and their groups, two rounds of changes; finally everything is deleted

  FEDDIR_TOKEN=… feddir simulate entra --url http://127.0.0.1:8080/v2 --people 100 --cycles 3 --cleanup

The other PATCH dialect (Entra's flag aadOptscim062020), with OAuth 2.0 client credentials

  feddir simulate entra --url 'https://example.com/v2/?aadOptscim062020' --client-id ID --client-secret SECRET \
      --token-url https://example.com/v2/Login/Oauth2/Token

Without a secret: a JWT signed with the client's key, or one that the platform issues (workload identity federation)

  feddir simulate entra --url … --token-url … --client-id ID --client-key client.pem
  feddir simulate entra --url … --token-url … --client-id ID --client-assertion "$AZURE_FEDERATED_TOKEN_FILE"

Load: 50,000 people as fast as possible, then changes at 25 (Entra's rate), 100 and 500 requests per second for a
minute each. Latencies count from the planned time of a request; requests that could not be sent in time are counted

  feddir simulate entra --url … --people 50000 --rate 25,100,500 --duration 1m --concurrency 64

Your own people: a CSV file with a header line, or JSON

  feddir simulate entra --url … --source people.csv

  userPrincipalName,displayName,givenName,surname,mail,department,manager,groups
  ines@harbor.example,Ines Roth,Ines,Roth,ines@harbor.example,Customs,,Dock crew;Safety board
  jonas@harbor.example,Jonas Weiß,Jonas,Weiß,jonas@harbor.example,Customs,ines@harbor.example,Dock crew

  {"people":[{"userPrincipalName":"ines@harbor.example","groups":["Dock crew"]}],
   "groups":[{"displayName":"Dock crew","members":["ines@harbor.example"]}]}

Columns. Those from nickName on are written only if the server's schemas describe them:

%s`

// parse reads the command line; see [command.Command.Parse].
func parse(args []string, getenv func(string) string, stdout io.Writer) (options, error) {
	var o options
	f := command.New("simulate entra", fmt.Sprintf(usage, indented(columns(), 110)), getenv, stdout)
	f.Variable("url", "FEDDIR_SCIM_URL") // --url of the health check is FEDDIR_URL
	f.StringVar(&o.url, "url", "", "`URL` of the SCIM endpoint; may end with a slash and ?aadOptscim062020")
	f.StringVar(&o.token, "token", "", "access `token`; other users of the machine cannot see an environment variable")
	f.StringVar(&o.clientID, "client-id", "", "client `id` for OAuth 2.0 client credentials")
	f.StringVar(&o.clientSecret, "client-secret", "", "client `secret`")
	f.StringVar(&o.tokenURL, "token-url", "", "`URL` of the token endpoint")
	f.StringVar(&o.clientAuth, "client-auth", "basic", "`place` where the client secret is sent: basic (header), body or both")
	f.StringVar(&o.clientKey, "client-key", "", "`file` with the client's private key in PEM, which signs a JWT that replaces the secret (RFC 7523)")
	f.StringVar(&o.clientKeyID, "client-key-id", "", "`kid` of the client's private key")
	f.StringVar(&o.assertionFile, "client-assertion", "", "`file` with a JWT of another issuer (workload identity federation); it is read for each token request")
	f.StringVar(&o.grant, "grant", clientCredentials, "`grant` of token requests with a JWT: client_credentials or jwt-bearer")
	f.StringVar(&o.scope, "scope", "", "`scope` of the token requests")
	f.IntVar(&o.people, "people", 100, "`number` of people to generate")
	f.IntVar(&o.groups, "groups", -1, "`number` of groups to generate; a negative number means a twentieth of the people")
	f.Uint64Var(&o.seed, "seed", 1, "`number` that people, groups and changes are generated from; the same seed gives the same run")
	f.StringVar(&o.domain, "domain", "harbor.example", "mail `domain` of generated people")
	f.StringVar(&o.source, "source", "", "`file` of people, .csv or .json, instead of generated people")
	f.IntVar(&o.cycles, "cycles", 1, "`number` of cycles: an initial one, then cycles with changes at the source")
	f.DurationVar(&o.duration, "duration", 0, "`time` for which cycles with changes run at each --rate after the initial cycle")
	f.StringVar((*string)(&o.dialect), "dialect", "", "PATCH `dialect`: classic, flag (aadOptscim062020), or both in turn; the default is flag if the URL has aadOptscim062020, else both")
	f.Var(&o.rates, "rate", "`number` of requests per second, evenly spaced; 0 means as fast as --concurrency allows; several rates, such as 25,100,500, run one after the other, each for --duration")
	f.Float64Var(&o.initialRate, "initial-rate", -1, "`number` of requests per second outside of --duration; a negative number means that of --rate, or no limit if --rate has several")
	f.IntVar(&o.concurrency, "concurrency", 0, "`number` of requests in flight; 0 means 4, or those of half a second if that is more")
	f.IntVar(&o.membersPerPatch, "members-per-patch", 100, "`number` of members that one request adds or removes, at most 1000")
	f.DurationVar(&o.timeout, "timeout", time.Minute, "`time` that an answer may take")
	f.BoolVar(&o.probeErrors, "probe-errors", true, "send invalid requests and check that they are refused")
	f.BoolVar(&o.probeFeatures, "probe-features", true, "test the optional features that the server announces: cursors, sorting, bulk requests, ETags; also searching by POST and provisioning on demand")
	f.BoolVar(&o.extension, "extension", false, "write attributes of the extension "+ownSchema+" even if the server's schemas do not describe it")
	f.BoolVar(&o.strict, "strict", true, "count departures from the RFCs that Entra tolerates as wrong answers; with --strict=false they are remarks")
	f.BoolVar(&o.allowOutages, "allow-outages", false, "do not count server errors and lost connections as wrong answers if they end within seconds")
	f.BoolVar(&o.cleanup, "cleanup", false, "finally delete what the run has created")
	f.BoolVar(&o.json, "json", false, "print the summary as JSON")
	f.BoolVar(&o.quiet, "quiet", false, "do not show progress")
	if err := f.Parse(args, 0); err != nil {
		return o, err
	}
	return o, o.check()
}

// indented writes words with commas, on lines of at most so many bytes.
func indented(words []string, most int) string {
	var text strings.Builder
	line := " "
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		if len(line)+1+len(word) > most {
			text.WriteString(line + "\n")
			line = " "
		}
		line += " " + word
	}
	text.WriteString(line + "\n")
	return text.String()
}

func (o *options) check() error {
	u, err := url.Parse(o.url)
	switch {
	case o.url == "":
		return command.Wrongf("--url is missing; see --help")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return command.Wrongf("--url must be an http or https URL")
	case o.tokenURL == "" && (o.clientID != "" || o.clientSecret != ""):
		return command.Wrongf("--client-id and --client-secret need --token-url")
	case o.clientKey != "" && o.assertionFile != "":
		return command.Wrongf("--client-key and --client-assertion do not go together")
	case o.tokenURL != "" && o.assertionFile == "" && o.clientID == "":
		return command.Wrongf("--token-url needs --client-id")
	case o.tokenURL != "" && o.assertionFile == "" && o.clientKey == "" && o.clientSecret == "":
		return command.Wrongf("--token-url needs a client secret, --client-key or --client-assertion")
	case o.tokenURL == "" && o.clientKey+o.assertionFile != "":
		return command.Wrongf("--client-key and --client-assertion need --token-url")
	case o.clientAuth != "basic" && o.clientAuth != "body" && o.clientAuth != "both":
		return command.Wrongf("--client-auth must be basic, body or both")
	case o.grant != clientCredentials && o.grant != jwtBearer:
		return command.Wrongf("--grant must be client_credentials or jwt-bearer")
	case o.people < 0 || o.people > maxPeople:
		return command.Wrongf("--people must be a number from 0 to %d", maxPeople)
	case o.groups > maxPeople:
		return command.Wrongf("--groups must be a number up to %d", maxPeople)
	case o.cycles < 1:
		return command.Wrongf("--cycles must be at least 1")
	case o.initialRate > maxRate:
		return command.Wrongf("--initial-rate must be a number up to %d", maxRate)
	case len(o.rates) > 1 && o.duration == 0:
		return command.Wrongf("several rates in --rate need --duration")
	case o.concurrency < 0 || o.concurrency > 1000:
		return command.Wrongf("--concurrency must be a number up to 1000")
	case o.membersPerPatch < 1 || o.membersPerPatch > 1000:
		return command.Wrongf("--members-per-patch must be a number from 1 to 1000")
	case o.timeout <= 0 || o.duration < 0:
		return command.Wrongf("--timeout and --duration must be times such as 60s; --timeout must not be 0")
	}
	o.setRates()
	if o.groups < 0 {
		o.groups = (o.people + 19) / 20
	}
	if o.dialect == "" {
		o.dialect = both
		if strings.Contains(u.RawQuery, "aadOptscim062020") {
			o.dialect = flagged
		}
	}
	if o.dialect != classic && o.dialect != flagged && o.dialect != both {
		return command.Wrongf("--dialect must be classic, flag or both")
	}
	return nil
}
