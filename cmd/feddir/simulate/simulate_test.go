package simulate

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"strings"
	"testing"
	"time"
)

// simulate runs the command against s and returns its summary.
func simulate(t *testing.T, s *server, args ...string) (summary, error) {
	t.Helper()
	args = append([]string{"--url", s.URL + "/v2/", "--json", "--quiet"}, args...)
	var out bytes.Buffer
	err := Command(t.Context(), args, env("FEDDIR_TOKEN", s.token), &out, io.Discard)
	var result summary
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &result); err != nil {
			t.Fatal(err)
		}
	}
	return result, err
}

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestRightServerPasses(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"classic", "flag", "both"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "")
			result, err := simulate(t, s, "--people", "130", "--cycles", "5", "--dialect", dialect, "--members-per-patch", "20")
			if err != nil {
				t.Fatalf("%v\n%+v\n%v", err, result.Wrongs, result.Different)
			}
			if !result.Agree || result.Directory.People < 120 || result.Directory.Memberships < 120 {
				t.Errorf("directory: %+v, agree %t", result.Directory, result.Agree)
			}
			for _, kind := range []string{"disable user", "enable user", "delete user", "remove members", "set manager", "update group"} {
				if !hasKind(result, kind) {
					t.Errorf("no request of kind %q was sent", kind)
				}
			}
		})
	}
}

func hasKind(s summary, kind string) bool {
	for _, k := range s.Kinds {
		if k.Kind == kind {
			return true
		}
	}
	return false
}

// TestFaultsAreNoticed is what the simulator is for.
func TestFaultsAreNoticed(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{
		"drops a member",
		"adds members twice",
		"empties the group on remove",
		"writes booleans as text",
		"writes mail in upper case",
		"adds a second element",
		"stores dotted keys",
		"drops managers",
		"totalResults is the page's size",
		"totalResults is one too many",
		"ignores excludedAttributes",
		"answers in HTML",
		"answers as application/json",
		"hides the disabled",
		"keeps the deleted",
		"knows no uniqueness",
		"gives an id twice",
		"applies half of a refused change",
		"open to everybody",
		"sends no challenge",
		"sends no Location",
		"gives no scimType",
		"writes the status as a number",
		"echoes another startIndex",
		"fails once",
		"loses an answer",
		"has no resource types",
		"has no schema by its id",
		"returns all attributes of a search",
		"sorts one way only",
		"takes any cursor",
		"repeats a row on the next page",
		"loses the last page",
		"goes back to the same page",
		"keeps the version",
		"never says that nothing changed",
		"ignores If-Match",
		"takes any number of operations",
		"goes on after a mistake",
		"does not know what a bulkId names",
		"tells no location of what a bulk request made",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			people := "60"
			if fault == "totalResults is the page's size" {
				people = "130" // more than one page
			}
			_, err := simulate(t, newServer(t, fault), "--people", people, "--cycles", "3")
			if !errors.As(err, new(*Failed)) {
				t.Errorf("the run ended with %v", err)
			}
		})
	}
}

// TestOutagePasses proves that a request sent again has its effect once, and that outages can be allowed.
func TestOutagePasses(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"fails once", "loses an answer"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			result, err := simulate(t, newServer(t, fault), "--people", "20", "--allow-outages")
			if err != nil || result.Outages != 1 || result.Directory.People != 20 || result.Directory.OtherPeople != 0 {
				t.Errorf("%v, %d outages, %+v, %+v", err, result.Outages, result.Directory, result.Wrongs)
			}
		})
	}
}

// TestFeaturesAreOptional runs against a server that can do no more than a provisioning job needs.
func TestFeaturesAreOptional(t *testing.T) {
	t.Parallel()
	result, err := simulate(t, newServer(t, "claims nothing"), "--people", "20", "--cycles", "2")
	if err != nil {
		t.Fatalf("%v\n%+v", err, result.Wrongs)
	}
	if hasKind(result, "bulk") || hasKind(result, "versions") || hasKind(result, "page by cursor") || len(result.Notes) < 5 {
		t.Errorf("%+v", result.Notes)
	}
}

func TestDurationKeepsChanging(t *testing.T) {
	t.Parallel()
	result, err := simulate(t, newServer(t, ""), "--people", "5", "--duration", "1s")
	if err != nil {
		t.Fatal(err)
	}
	if !hasKind(result, "disable user") {
		t.Error("only the initial cycle ran")
	}
}

func TestThrottlingIsObeyedAndCounted(t *testing.T) {
	t.Parallel()
	result, err := simulate(t, newServer(t, "throttles once"), "--people", "5")
	if err != nil || result.Throttled != 1 {
		t.Errorf("%v, %d throttled", err, result.Throttled)
	}
}

func TestRemarksAreNotWrongUnlessStrict(t *testing.T) {
	t.Parallel()
	result, err := simulate(t, newServer(t, "answers as application/json"), "--people", "5", "--strict=false")
	if err != nil || result.Remarks == 0 {
		t.Errorf("%v, %d remarks", err, result.Remarks)
	}
}

// TestSecondRunFindsTheFirst updates what is there instead of creating it again.
func TestSecondRunFindsTheFirst(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	if _, err := simulate(t, s, "--people", "60", "--cycles", "4"); err != nil {
		t.Fatal(err)
	}
	result, err := simulate(t, s, "--people", "60", "--cycles", "4")
	if err != nil {
		t.Fatalf("%v\n%+v\n%v", err, result.Wrongs, result.Different)
	}
	if result.Directory.OtherPeople > 20 {
		t.Errorf("%d people of the first run were not matched", result.Directory.OtherPeople)
	}
}

func TestCleanupLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	if _, err := simulate(t, s, "--people", "30", "--cycles", "3", "--cleanup"); err != nil {
		t.Fatal(err)
	}
	if n := len(s.rows["Users"]) + len(s.rows["Groups"]); n != 0 {
		t.Errorf("%d resources were left", n)
	}
}

func TestClientCredentials(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	args := []string{"--url", s.URL + "/v2?aadOptscim062020", "--quiet", "--people", "5", "--client-id", "client", "--token-url", s.URL + "/token"}
	if err := Command(t.Context(), args, env("FEDDIR_CLIENT_SECRET", "sec ret"), io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
	if s.served["token"] != 1 {
		t.Errorf("%d tokens were fetched", s.served["token"])
	}
	err := Command(t.Context(), args, env("FEDDIR_CLIENT_SECRET", "wrong"), io.Discard, io.Discard)
	if !errors.As(err, new(*unreachable)) {
		t.Errorf("wrong secret: %v", err)
	}
}

func TestTokenIsRenewed(t *testing.T) {
	t.Parallel()
	s := newServer(t, "revokes its token")
	args := []string{"--url", s.URL + "/v2", "--quiet", "--people", "5", "--client-id", "client", "--token-url", s.URL + "/token"}
	if err := Command(t.Context(), args, env("FEDDIR_CLIENT_SECRET", "sec ret"), io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
	if s.served["token"] != 2 {
		t.Errorf("%d tokens were fetched", s.served["token"])
	}
}

// TestUselessEndpointEndsTheRun is Entra's "service incompatible": 404 where an empty list is due.
func TestUselessEndpointEndsTheRun(t *testing.T) {
	t.Parallel()
	_, err := simulate(t, newServer(t, "answers 404 when nothing is found"))
	if !errors.As(err, new(*unreachable)) {
		t.Errorf("got %v", err)
	}
}

func TestRefusedTokenEndsTheRun(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	err := Command(t.Context(), []string{"--url", s.URL + "/v2", "--token", "other", "--quiet"}, env(), io.Discard, io.Discard)
	if !errors.As(err, new(*unreachable)) {
		t.Errorf("got %v", err)
	}
	if n := s.served["GET Users"]; n != 0 {
		t.Errorf("%d requests were served", n)
	}
}

func TestSummaryIsReadable(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	var out, progress bytes.Buffer
	if err := Command(t.Context(), []string{"--url", s.URL + "/v2", "--token", s.token, "--people", "300", "--groups", "2"}, env(), &out, &progress); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(out.String(), "source and directory agree: 300 people, 2 groups, "+last(out.String())) {
		t.Errorf("the last line is %q", last(out.String()))
	}
	if !strings.Contains(progress.String(), "initial cycle: users 300/300") {
		t.Errorf("progress: %s", progress.String())
	}
}

func last(text string) string {
	return text[strings.LastIndex(text, ", ")+2:]
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Command(t.Context(), []string{"--help"}, env("FEDDIR_TOKEN", "hidden-token"), &out, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "--cycles 3") || strings.Contains(out.String(), "hidden-token") {
		t.Error(out.String())
	}
}

func TestBadFlags(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"", "--url ftp://x", "--url http://x --people -1", "--url http://x --cycles 0", "--url http://x --rate -1", "--url http://x --rate 25,many --duration 1s",
		"--url http://x --rate 25,100", "--url http://x --rate NaN", "--url http://x --initial-rate 1e9",
		"--url http://x --client-id a", "--url http://x --token-url http://x --client-id a", "--url http://x --client-key k",
		"--url http://x --token-url http://x --client-id a --client-key k --client-assertion f", "--url http://x --grant password", "--url http://x --dialect old", "--url http://x --members-per-patch 1001", "--url http://x more"} {
		if err := Command(t.Context(), strings.Fields(args), env(), io.Discard, io.Discard); err == nil {
			t.Errorf("%q was accepted", args)
		}
	}
}

func TestLatencyQuantiles(t *testing.T) {
	t.Parallel()
	var l latency
	for i := 1; i <= 1000; i++ {
		l.add(time.Duration(i) * time.Millisecond)
	}
	for q, want := range map[float64]float64{.5: 500, .99: 990, 1: 1000} {
		if got := milliseconds(l.quantile(q)); got < want*.96 || got > want*1.04 {
			t.Errorf("quantile %v is %v ms, want about %v", q, got, want)
		}
	}
}
