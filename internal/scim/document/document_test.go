package document_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/document"
	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
)

var form = document.New[schematype.UserAttributes](schema.Users)

// everything is a user with all attributes and sub-attributes, whose texts are
// easily damaged.
func everything(t *testing.T) (a schematype.UserAttributes) {
	t.Helper()
	n := 0
	fill(t, reflect.ValueOf(&a).Elem(), &n)
	a.Extensions = schematype.Extensions{
		"urn:example:b:Ship": json.RawMessage(`{"big":12345678901234567890,"draught":1.50}`),
		"urn:example:a:Ship": json.RawMessage(`{"z":true}`),
	}
	return a
}

var texts = []string{"plain", "a\"b\\c", "<tag> & 'x'", "tab\t\u2028 Ünïcode \x7f", "\x01"}

func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		*n++
		v.SetString(texts[*n%len(texts)] + string(rune('A'+*n%50)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n)
		fill(t, v.Index(1), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	case reflect.Map:
	default:
		t.Fatalf("a field of kind %v", v.Kind())
	}
}

// What becomes a document comes back from it, and says where it stands what
// the schemas say.
func TestAttributesComeBack(t *testing.T) {
	t.Parallel()
	want := everything(t)
	doc, err := form.Document(&want)
	if err != nil {
		t.Fatal(err)
	}
	got := schematype.UserAttributes{Active: true, Title: want.Locale}
	if err := form.Read(doc, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read   %+v\nwanted %+v (%v)", got, want, err)
	}
	for _, a := range schema.EnterpriseUser.Attributes {
		if doc[schema.EnterpriseUserID].(map[string]any)[a.Name] == nil {
			t.Errorf("%s is not in the extension", a.Name)
		}
	}
	if got := doc[schema.EnterpriseUserID].(map[string]any)["manager"]; !reflect.DeepEqual(got, map[string]any{"value": *want.Manager}) {
		t.Errorf("the manager is %v", got)
	}
}

// A document is in the normal form of package patch: normalizing changes
// nothing, but for $ref of values, which are not described.
func TestDocumentIsInNormalForm(t *testing.T) {
	t.Parallel()
	a := everything(t)
	for _, list := range [][]schematype.MultiValue{a.Emails, a.PhoneNumbers, a.Ims, a.Photos, a.Entitlements, a.Roles, a.X509Certificates} {
		list[0].Ref, list[1].Ref, list[1].Primary = nil, nil, new(bool)
	}
	a.Addresses[1].Primary = new(bool)
	doc, err := form.Document(&a)
	if err != nil {
		t.Fatal(err)
	}
	normal, ignored, err := patch.Normalize(schema.Users, doc)
	if err != nil || len(ignored) > 0 || !reflect.DeepEqual(normal, doc) {
		t.Errorf("normalized %v\nthe document %v\nignored %v, %v", normal, doc, ignored, err)
	}
}

// What a document lacks becomes unassigned; a boolean stays as it is.
func TestReadClears(t *testing.T) {
	t.Parallel()
	a := everything(t)
	if err := form.Read(map[string]any{"userName": "ada", schema.EnterpriseUserID: map[string]any{"manager": map[string]any{"$ref": "x"}}}, &a); err != nil {
		t.Fatal(err)
	}
	if want := (schematype.UserAttributes{UserName: "ada", Active: true}); !reflect.DeepEqual(a, want) {
		t.Errorf("%+v", a)
	}
	for name, value := range map[string]any{"userName": true, "active": "true", "title": json.Number("1"), "name": "Ada", "emails": map[string]any{}, "roles": []any{"x"}, "photos": []any{map[string]any{"value": true}}} {
		if err := form.Read(map[string]any{name: value}, &a); err == nil {
			t.Errorf("%s was read from %v", name, value)
		}
	}
}

// A resource as text is what encoding/json makes of the document, with meta, in
// the order of the schemas.
func TestAppend(t *testing.T) {
	t.Parallel()
	a := everything(t)
	doc, err := form.Document(&a)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 22, 9, 30, 0, 5e6, time.FixedZone("", 3600))
	b := bytes.NewBufferString("[")
	err = form.Append(b, document.Head{ID: "7", Created: at, LastModified: at, Location: "http://x/7?a&b", Version: `W/"1"`}, &a, func(id string) string { return "http://x/" + id })
	if err != nil {
		t.Fatal(err)
	}
	doc["id"] = "7"
	doc["schemas"] = []any{schema.UserID, schema.EnterpriseUserID, "urn:example:a:Ship", "urn:example:b:Ship"}
	doc["meta"] = map[string]any{"resourceType": "User", "created": "2026-11-22T08:30:00.005Z", "lastModified": "2026-11-22T08:30:00.005Z", "location": "http://x/7?a&b", "version": `W/"1"`}
	doc[schema.EnterpriseUserID].(map[string]any)["manager"].(map[string]any)["$ref"] = "http://x/" + *a.Manager
	text := strings.TrimPrefix(b.String(), "[")
	var got map[string]any
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&got); err != nil || !reflect.DeepEqual(got, doc) {
		t.Errorf("%s\nis %v\nnot %v (%v)", text, got, doc, err)
	}
	at0 := -1
	for _, name := range append(attributeNames(), "meta", "urn:example:a:Ship", "urn:example:b:Ship") {
		i := strings.Index(text, `,"`+name+`":`)
		if i <= at0 {
			t.Errorf("%s is at %d, not behind %d: %s", name, i, at0, text)
		}
		at0 = i
	}
	if strings.Contains(text, `\u0026`) || strings.Contains(text, "\n") {
		t.Errorf("escapes or lines that nobody needs: %s", text)
	}
}

func attributeNames() (names []string) {
	names = append(names, "externalId")
	for _, a := range schema.User.Attributes {
		if a.Mutability == schema.ReadWrite {
			names = append(names, a.Name)
		}
	}
	names = append(names, schema.EnterpriseUserID)
	for _, a := range schema.EnterpriseUser.Attributes[1:] { // the first has no comma
		names = append(names, a.Name)
	}
	return names
}

// A user without attributes has no empty ones either.
func TestAppendLeavesOutWhatIsUnassigned(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := form.Append(&b, document.Head{}, &schematype.UserAttributes{UserName: "ada"}, nil); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, []string{"active", "id", "meta", "schemas", "userName"}) {
		t.Errorf("%v", names)
	}
}

// What no schema describes would be lost, so it does not start.
func TestNewNamesWhatIsNotDescribed(t *testing.T) {
	t.Parallel()
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "shoeSize") {
			t.Errorf("the panic says %q", text)
		}
	}()
	document.New[struct {
		ShoeSize   string `attr:"shoeSize"`
		Extensions schematype.Extensions
	}](schema.Users)
}
