package patch_test

import (
	"testing"

	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

func TestNormalize(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, want, ignored string }{
		{"E-040", `{"schemas":["CU","EU"],"externalId":"ines.roth","userName":"ines@harbor.example","active":true,"displayName":"Ines Roth",
			"emails":[{"primary":true,"type":"work","value":"ines@harbor.example"}],"meta":{"resourceType":"User"},
			"name":{"formatted":"Ines Roth","familyName":"Roth","givenName":"Ines"},"roles":[],"EU":{"department":"Dock"}}`,
			`{"externalId":"ines.roth","userName":"ines@harbor.example","active":true,"displayName":"Ines Roth",
			"emails":[{"primary":true,"type":"work","value":"ines@harbor.example"}],
			"name":{"formatted":"Ines Roth","familyName":"Roth","givenName":"Ines"},"EU":{"department":"Dock"}}`, "meta readOnly"},
		{"E-041", `{"userName":" Ines@Harbor.example ","phoneNumbers":[{"value":"+49 (0) 170-555"}]}`, `{"userName":" Ines@Harbor.example ","phoneNumbers":[{"value":"+49 (0) 170-555"}]}`, ""},
		{"E-043", `{"userName":"u","roles":[],"manager":null,"department":null,"title":"","name":{},"emails":[{"type":"work","value":""},{},null],"EU":{}}`, `{"userName":"u"}`, ""},
		{"E-044", `{"userName":"u","EU":{"manager":"m"}}`, `{"userName":"u","EU":{"manager":{"value":"m"}}}`, ""},
		{"E-046", `{"UserName":"u","DISPLAYNAME":"d","Emails":[{"Primary":false,"TYPE":"work","Value":"a"}],"NAME":{"GIVENNAME":"g"}}`,
			`{"userName":"u","displayName":"d","emails":[{"primary":false,"type":"work","value":"a"}],"name":{"givenName":"g"}}`, ""},
		{"E-049", `{"userName":"u","id":"1","meta":{},"shoeSize":43,"schemas":["urn:x:y"],"XU":{"berth":"7","crew":12},"password":"secret"}`,
			`{"userName":"u","XU":{"berth":"7","crew":12}}`, "meta readOnly, id readOnly, password notStored, shoeSize unknown"},
		{"E-067", `{"userName":"u","roles":[{"value":"{\"id\":\"r1\"}","primary":"False"}]}`, `{"userName":"u","roles":[{"value":"{\"id\":\"r1\"}","primary":false}]}`, ""},
		{"two of one type", `{"userName":"u","emails":[{"type":"work","value":"a"},{"type":"work","value":"b"}]}`, `{"userName":"u","emails":[{"type":"work","value":"a"},{"type":"work","value":"b"}]}`, ""},
		{"two primaries", `{"userName":"u","emails":[{"value":"a","primary":true},{"value":"b","primary":true}]}`, `{"userName":"u","emails":[{"value":"a","primary":false},{"value":"b","primary":true}]}`, ""},
		{"unknown type and hidden display", `{"userName":"u","emails":[{"type":"yacht","value":"a","display":"d"}]}`, `{"userName":"u","emails":[{"type":"yacht","value":"a","display":"d"}]}`, ""},
		{"one name twice", `{"userName":"u","TITLE":"a","title":"b"}`, `{"userName":"u","title":"b"}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := decode(t, c.body)
			got, ignored, err := patch.Normalize(schema.Users, body)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, got, decode(t, c.want))
			equal(t, body, decode(t, c.body))
			if reasons(ignored) != c.ignored {
				t.Errorf("ignored %s, want %s", reasons(ignored), c.ignored)
			}
			again, _, err := patch.Normalize(schema.Users, got)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, again, got)
		})
	}
}

func TestE048Required(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rt   schema.ResourceType
		body string
		want patch.Type
	}{
		{"user", schema.Users, `{"displayName":"d"}`, patch.InvalidValue},
		{"empty", schema.Users, `{"userName":""}`, patch.InvalidValue},
		{"group", schema.Groups, `{"externalId":"e"}`, patch.InvalidValue},
		{"complete user", schema.Users, `{"userName":"u"}`, ""},
		{"complete group", schema.Groups, `{"displayName":"d"}`, ""},
	} {
		resource, _, err := patch.Normalize(c.rt, decode(t, c.body))
		if err != nil {
			t.Fatal(err)
		}
		if err := patch.CheckRequired(c.rt, resource); typeOf(err) != c.want {
			t.Errorf("%s: got %v", c.name, err)
		}
	}
}

// E-100: a schema URI that is no URN, no members, and attributes groups have not.
func TestE100Group(t *testing.T) {
	t.Parallel()
	group, ignored, err := patch.Normalize(schema.Groups, decode(t, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",
		"http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],"externalId":"e","displayName":"Dock crew","members":[],"emails":[{"value":"a"}]}`))
	if err != nil || reasons(ignored) != "emails unknown" {
		t.Fatalf("%v, %v", ignored, err)
	}
	equal(t, group, decode(t, `{"externalId":"e","displayName":"Dock crew"}`))
}
