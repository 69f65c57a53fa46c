package simulate

import (
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const people = "\ufeffUserPrincipalName,title,givenName,surname,mail,manager,groups,active\n" +
	"ines@harbor.example,,Ines,Roth,ines@harbor.example,,Dock crew;Safety board,\n" +
	"jonas@harbor.example,\"Clerk, \"\"second\"\"\",Jonas,Weiß,,INES@harbor.example, dock crew ; ,false\n"

func TestLoadCSV(t *testing.T) {
	t.Parallel()
	src, err := load(write(t, "people.csv", people))
	if err != nil {
		t.Fatal(err)
	}
	ines, jonas := src.People[0], src.People[1]
	if jonas.manager != ines || ines.manager != nil {
		t.Error("the manager was not resolved")
	}
	if got := jonas.want; got[title] != `Clerk, "second"` || got[displayName] != "Jonas Weiß" || got[active] != "False" || got[mailNickname] != "jonas" {
		t.Errorf("values: %q", got)
	}
	if ines.want[active] != "True" || ines.want[mailPrimary] != "True" || jonas.want[mailPrimary] != "" {
		t.Errorf("defaults: %q %q", ines.want, jonas.want)
	}
	if len(src.Groups) != 2 || len(src.Groups[0].members) != 2 || len(src.Groups[1].members) != 1 {
		t.Errorf("%d groups", len(src.Groups))
	}
}

func TestLoadJSON(t *testing.T) {
	t.Parallel()
	src, err := load(write(t, "people.json", `{"people":[
		{"userPrincipalName":"ines@harbor.example","employeeId":4711,"active":true,"groups":["Dock crew"],"department":null},
		{"userPrincipalName":"jonas@harbor.example","manager":"ines@harbor.example"}],
		"groups":[{"displayName":"Safety board","members":["jonas@harbor.example"]},{"displayName":"Empty"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if src.People[0].want[employeeID] != "4711" || src.People[1].manager != src.People[0] {
		t.Errorf("%q", src.People[0].want)
	}
	if len(src.Groups) != 3 {
		t.Errorf("%d groups", len(src.Groups))
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty.csv":    "",
		"column.csv":   "userName,shoeSize\na@x,44\n",
		"nobody.csv":   "userName,title\n,Clerk\n",
		"twice.csv":    "userName\na@x\nA@X\n",
		"manager.csv":  "userName,manager\na@x,b@x\n",
		"self.csv":     "userName,manager\na@x,a@x\n",
		"bool.csv":     "userName,active\na@x,perhaps\n",
		"ragged.csv":   "userName,title\na@x\n",
		"broken.json":  `{"people":[`,
		"type.json":    `{"people":[{"userName":["a"]}]}`,
		"member.json":  `{"people":[],"groups":[{"displayName":"G","members":["a@x"]}]}`,
		"unnamed.json": `{"groups":[{"members":[]}]}`,
		"group.json":   `{"people":[{"userName":"a@x","groups":[1]}]}`,
		"field.json":   `{"persons":[]}`,
		"people.xml":   "<people/>",
	} {
		if _, err := load(write(t, name, text)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

// TestFileIsProvisioned runs a file's people through cycles with changes.
func TestFileIsProvisioned(t *testing.T) {
	t.Parallel()
	s := newServer(t, "")
	result, err := simulate(t, s, "--source", write(t, "people.csv", people), "--cycles", "4")
	if err != nil {
		t.Fatalf("%v\n%+v\n%v", err, result.Wrongs, result.Different)
	}
	if result.Directory.Groups < 2 {
		t.Errorf("%+v", result.Directory)
	}
}
