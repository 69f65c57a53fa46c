package filter_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/feddir/feddir/internal/scim/filter"
)

// same marks a case that prints exactly as it was written.
const same = ""

var filters = []struct{ name, in, want string }{
	// The examples of RFC 7644 figure 2.
	{"RFC", `userName eq "bjensen"`, same},
	{"RFC", `name.familyName co "O'Malley"`, same},
	{"RFC", `userName sw "J"`, same},
	{"RFC", `urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"`, same},
	{"RFC", `title pr`, same},
	{"RFC", `meta.lastModified gt "2011-05-13T04:42:34Z"`, same},
	{"RFC", `meta.lastModified ge "2011-05-13T04:42:34Z"`, same},
	{"RFC", `meta.lastModified lt "2011-05-13T04:42:34Z"`, same},
	{"RFC", `meta.lastModified le "2011-05-13T04:42:34Z"`, same},
	{"RFC", `title pr and userType eq "Employee"`, same},
	{"RFC", `title pr or userType eq "Intern"`, same},
	{"RFC", `schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`, same},
	{"RFC", `userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")`, same},
	{"RFC", `userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")`, same},
	{"RFC", `userType eq "Employee" and (emails.type eq "work")`, `userType eq "Employee" and emails.type eq "work"`},
	{"RFC", `userType eq "Employee" and emails[type eq "work" and value co "@example.com"]`, same},
	{"RFC", `emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]`, same},

	{"precedence", `a pr or b pr and c pr`, same},
	{"precedence", `(a pr or b pr) and c pr`, same},
	{"precedence", `a pr or (b pr or c pr)`, same},
	{"precedence", `a pr and (b pr and c pr)`, same},
	{"precedence", `((a pr and (b pr)))`, `a pr and b pr`},
	{"precedence", `not (not (a pr)) and b pr`, same},
	{"keywords are names too", `and eq 1 and or pr or not eq true`, same},

	{"E-012", `emails[type eq "work"].value eq "x"`, `emails[type eq "work" and value eq "x"]`},
	{"E-012", `emails[type eq "a" or type eq "b"].value pr`, `emails[(type eq "a" or type eq "b") and value pr]`},
	{"E-013", `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq "4711"`, same},
	{"E-013", `URN:acme:ext:1.0:badge.code eq 7`, same},
	{"E-014", `id eq "a" and manager eq "m"`, same},
	{"E-015", `USERNAME EQ "x" AND NOT (active PR)`, `USERNAME eq "x" and not (active pr)`},
	{"E-016 bare word", `externalId eq jyoung42 or a ne b@c.d`, `externalId eq "jyoung42" or a ne "b@c.d"`},
	{"E-016 bare word for other operators", `a sw O and meta.Created gt 2015-10-10T14:38:21.8617979-07:00`, `a sw "O" and meta.Created gt "2015-10-10T14:38:21.8617979-07:00"`},
	{"E-016 quoted boolean", `active eq "True"`, same},
	{"E-017", `userName eq "a+b&c#d'é\"\\"`, same},
	{"E-017", `userName eq "\u00e9\/\ud83d\ude00"`, `userName eq "é/😀"`},
	{"E-073", `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager eq "x"`,
		`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "x"`},
	{"E-023 URN in brackets", `emails[urn:ietf:params:scim:schemas:core:2.0:User:type eq "work"].value pr`,
		`emails[urn:ietf:params:scim:schemas:core:2.0:User:type eq "work" and value pr]`},
	{"E-023 attribute in brackets", `emails[Emails.type eq "work" and not (urn:ietf:params:scim:schemas:core:2.0:User:emails.value pr)]`,
		`emails[type eq "work" and not (urn:ietf:params:scim:schemas:core:2.0:User:value pr)]`},
	{"apostrophe", `a eq O'Malley and b co l’Anse`, `a eq "O'Malley" and b co "l’Anse"`},
	{"backslash", `a eq HARBOR\ada`, `a eq "HARBOR\\ada"`},
	{"other quotes in double ones", `a eq "'work'" and b eq "“ada”"`, same},
	{"reference", `members.$ref eq null`, same},
	{"literals", `a eq -1.50e+3 and b eq TRUE and c ne null and d eq 007`, `a eq -1.50e+3 and b eq true and c ne null and d eq "007"`},
	{"unusual name", `__proto__ pr`, same},
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range filters {
		t.Run(c.name+" "+c.in, func(t *testing.T) {
			t.Parallel()
			e, err := filter.Parse(c.in)
			if err != nil {
				t.Fatal(err)
			}
			want := c.want
			if want == same {
				want = c.in
			}
			if e.String() != want {
				t.Errorf("got %s, want %s", e, want)
			}
		})
	}
}

func TestParseTree(t *testing.T) {
	t.Parallel()
	e, err := filter.Parse(`emails[type eq "work"].value ew "@x" or urn:acme:ext:1.0:badge.code ge 1.0`)
	if err != nil {
		t.Fatal(err)
	}
	want := filter.Or{
		Left: filter.ValuePath{
			Path: filter.AttributePath{Name: "emails"},
			Filter: filter.And{
				Left:  filter.Compare{Path: filter.AttributePath{Name: "type"}, Op: filter.Equal, Value: filter.Value{Text: "work"}},
				Right: filter.Compare{Path: filter.AttributePath{Name: "value"}, Op: filter.EndsWith, Value: filter.Value{Text: "@x"}},
			},
		},
		Right: filter.Compare{
			Path:  filter.AttributePath{URN: "urn:acme:ext:1.0", Name: "badge", Sub: "code"},
			Op:    filter.GreaterOrEqual,
			Value: filter.Value{Kind: filter.Number, Text: "1.0"},
		},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("got %#v", e)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		``, ` `, `userName`, `userName eq`, `userName xx "a"`, `eq "a"`, `"a" eq "b"`, `a eq "b" c`, `a eq "b" and`, `or a pr`,
		`a eq "b`, `a eq "\x"`, "a eq \"\x01\"", `a eq (b)`, `a "eq" "b"`, `not a pr`, `not (a pr`, `(a pr`, `a pr)`, `()`,
		`a.b.c pr`, `.a pr`, `a. pr`, `1a pr`, `-a pr`, `é pr`, `a:b pr`, "a pr\xff", "a eq \"\xff\"", `a[b pr]c`,
		`a[b pr`, `a[] pr`, `a]`, `a[b[c pr]]`, `a[b.c pr]`, `a[urn:x:2.0:User pr]`, `a[urn:x:y:b.c pr]`, `a[a.b.c pr]`, `a.b[c pr]`, `a[b pr] eq "x"`, `a[b pr].c`, `a[b pr].c.d pr`,
		`urn: pr`, `urn:a pr`, `urn:a:b: pr`, `urn:a b:c pr`, `urn:a:2.0:User pr`, `urn:a:2.0:User. pr`, `urn:a:2.0:User[b pr]`,
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			e, err := filter.Parse(in)
			if _, ok := errors.AsType[*filter.Error](err); !ok || e != nil {
				t.Errorf("got %v, %v", e, err)
			}
		})
	}
}

func TestParsePath(t *testing.T) {
	t.Parallel()
	const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	work := filter.Compare{Path: filter.AttributePath{Name: "type"}, Op: filter.Equal, Value: filter.Value{Text: "work"}}
	for _, c := range []struct {
		name, in string
		want     filter.Path
	}{
		{"RFC", `members`, filter.Path{Attribute: filter.AttributePath{Name: "members"}}},
		{"RFC", `name.familyName`, filter.Path{Attribute: filter.AttributePath{Name: "name", Sub: "familyName"}}},
		{"RFC", `addresses[type eq "work"]`, filter.Path{Attribute: filter.AttributePath{Name: "addresses"}, Filter: work}},
		{"E-060", `emails[type eq "work"].value`, filter.Path{Attribute: filter.AttributePath{Name: "emails", Sub: "value"}, Filter: work}},
		{"E-070", enterprise + `:department`, filter.Path{Attribute: filter.AttributePath{URN: enterprise, Name: "department"}}},
		{"E-071", enterprise + `:manager.value`, filter.Path{Attribute: filter.AttributePath{URN: enterprise, Name: "manager", Sub: "value"}}},
		{"E-073", enterprise + `.manager.value`, filter.Path{Attribute: filter.AttributePath{URN: enterprise, Name: "manager", Sub: "value"}}},
		{"whole schema", enterprise, filter.Path{Attribute: filter.AttributePath{URN: enterprise}}},
	} {
		t.Run(c.name+" "+c.in, func(t *testing.T) {
			t.Parallel()
			got, err := filter.ParsePath(c.in)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %#v, %v", got, err)
			}
		})
	}
	for _, in := range []string{``, `a b`, `a eq "b"`, `a[b pr].`, `a[b pr] c`, `a[b pr].c.d`, `(a)`, `not (a pr)`, `a[b]`} {
		if got, err := filter.ParsePath(in); err == nil {
			t.Errorf("%q: got %v", in, got)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	nest := func(open, shut string, n int) string {
		return strings.Repeat(open, n) + "a pr" + strings.Repeat(shut, n)
	}
	for _, c := range []struct {
		name, in string
		ok       bool
	}{
		{"terms", strings.Repeat("a pr or ", filter.MaxTerms-1) + "a pr", true},
		{"too many terms", strings.Repeat("a pr or ", filter.MaxTerms) + "a pr", false},
		{"depth", nest("(", ")", filter.MaxDepth), true},
		{"too deep", nest("(", ")", filter.MaxDepth+1), false},
		{"not", nest("not (", ")", filter.MaxDepth), true},
		{"too many not", nest("not (", ")", filter.MaxDepth+1), false},
		{"brackets", nest("(", ")", filter.MaxDepth-1)[:filter.MaxDepth-1] + "a[b pr]" + strings.Repeat(")", filter.MaxDepth-1), true},
		{"brackets too deep", strings.Repeat("(", filter.MaxDepth) + "a[b pr]" + strings.Repeat(")", filter.MaxDepth), false},
		{"value path that nests deeper once normalised",
			strings.Repeat("(", filter.MaxDepth-1) + "a[b pr or c pr].d pr" + strings.Repeat(")", filter.MaxDepth-1), false},
		{"length", `a eq "` + strings.Repeat("x", filter.MaxLength-7) + `"`, true},
		{"too long", `a eq "` + strings.Repeat("x", filter.MaxLength-6) + `"`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := filter.Parse(c.in); (err == nil) != c.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A hostile input must not come back to its sender or into a log.
func TestErrorRepeatsLittle(t *testing.T) {
	t.Parallel()
	for _, in := range []string{strings.Repeat("é", 900), `a eq "b" "` + strings.Repeat("c", 900) + `"`, "a[b pr]." + strings.Repeat("d.", 900)} {
		if _, err := filter.Parse(in); err == nil || utf8.RuneCountInString(err.Error()) > 100 {
			t.Errorf("got %v", err)
		}
	}
}

func TestValueBool(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ literal, want string }{
		{"true", "true true"}, {`"True"`, "true true"}, {"FALSE", "false true"}, {`"yes"`, "false false"}, {"1", "false false"}, {"null", "false false"},
	} {
		e, err := filter.Parse("a eq " + c.literal)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintln(e.(filter.Compare).Value.Bool()); strings.TrimSpace(got) != c.want {
			t.Errorf("%s: got %s", c.literal, got)
		}
	}
}

// E-019: whoever quotes otherwise means the value between the quotes.
func TestOtherQuotesAreRefused(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		`'work'`, "`work`", `“work”`, `„work“`, `«work»`, `‹work›`, `‘work’`, `‚work‘`, `´work´`, `′work′`, `″work″`, `＂work＂`, `＇work＇`, `「work」`, `❝work❞`,
		`'`, `''`, `'work`, `work'`, `work”`, `'two words'`, `'true'`, `'4711'`, `'a"b'`,
		`ʼworkʼ`, `ˮworkˮ`, `״work״`, `&ldquo;work&rdquo;`, `&#x27;work&#x27;`, `&#8220;work`, `%E2%80%9Cwork%E2%80%9D`, `%2522work%2522`, `&amp;quot;work`,
		`%22work%22`, `&quot;work&quot;`, `\u0022work\u0022`, `\"work\"`,
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			for _, op := range []string{"eq", "ne", "co", "sw"} {
				if e, err := filter.Parse("a " + op + " " + value); err == nil {
					t.Errorf("read as %s", e)
				}
			}
			_, err := filter.ParsePath("a[b eq " + value + "].c")
			if _, ok := errors.AsType[*filter.Error](err); !ok {
				t.Errorf("as a path: %v", err)
			}
		})
	}
	if _, err := filter.Parse(`a eq 'work'`); err == nil || !strings.Contains(err.Error(), "double quotes") {
		t.Errorf("the message does not tell which quotes to use: %v", err)
	}
}
