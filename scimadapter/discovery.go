package scimadapter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/feddir/feddir/internal/jsontext"
	"github.com/feddir/feddir/internal/scim/schema"
)

// discovery answers what the server can do, RFC 7644 §4. The answers are made
// once, from the schemas that the rest of the package uses. Those of extensions
// are made for each request, because each directory has its own extensions.
type discovery struct {
	ops     Operations
	root    string
	config  json.RawMessage
	schemas []description // of SCIM
}

type description struct {
	id   string
	body json.RawMessage
}

func newDiscovery(root string, ops Operations) *discovery {
	d := &discovery{ops: ops, root: root, config: withMeta(providerConfig, "ServiceProviderConfig", root+"/ServiceProviderConfig")}
	for _, s := range []*schema.Schema{&schema.User, &schema.Group, &schema.EnterpriseUser} {
		d.schemas = append(d.schemas, d.describeSchema(s))
	}
	return d
}

func (d *discovery) describeTypes(custom []schema.Custom) (types []description) {
	for _, rt := range []schema.ResourceType{schema.Users, schema.Groups} {
		rt = rt.With(schema.For(rt, custom)...)
		types = append(types, description{rt.Name, withMeta(rt, "ResourceType", d.root+"/ResourceTypes/"+rt.Name)})
	}
	return types
}

func (d *discovery) describeSchema(s *schema.Schema) description {
	listed := *s
	listed.Attributes = slices.DeleteFunc(slices.Clone(s.Attributes), func(a schema.Attribute) bool { return a.Unlisted })
	body := struct {
		Schemas [1]string `json:"schemas"`
		*schema.Schema
	}{[1]string{"urn:ietf:params:scim:schemas:core:2.0:Schema"}, &listed}
	return description{s.ID, withMeta(body, "Schema", d.root+"/Schemas/"+s.ID)}
}

// typesOf returns the resource types of the request's directory.
func (d *discovery) typesOf(r *request) ([]description, error) {
	custom, err := d.ops.SchemaExtensions(r.ctx, r.directoryID)
	if err != nil {
		return nil, err
	}
	return d.describeTypes(custom), nil
}

// schemasOf returns the schemas of the request's directory.
func (d *discovery) schemasOf(r *request) ([]description, error) {
	custom, err := d.ops.SchemaExtensions(r.ctx, r.directoryID)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(d.schemas)
	for i := range custom {
		all = append(all, d.describeSchema(&custom[i].Schema))
	}
	return all, nil
}

// withMeta returns the JSON of a description with its meta attribute.
func withMeta(v any, resourceType, location string) json.RawMessage {
	var buf bytes.Buffer
	err := jsontext.Append(&buf, v)
	buf.Truncate(buf.Len() - 1) // the object goes on
	buf.WriteString(`,"meta":`)
	err = errors.Join(err, jsontext.Append(&buf, struct {
		ResourceType string `json:"resourceType"`
		Location     string `json:"location"`
	}{resourceType, location}))
	if err != nil {
		panic(err) // a constant that is no JSON
	}
	buf.WriteByte('}')
	return buf.Bytes()
}

// providerConfig is the ServiceProviderConfig of RFC 7643 §5, with the pagination
// of RFC 9865 §4, which names no cursorTimeout, since cursors do not expire.
var providerConfig = json.RawMessage(fmt.Sprintf(`{
	"schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
	"patch": {"supported": true},
	"bulk": {"supported": true, "maxOperations": %d, "maxPayloadSize": %d},
	"filter": {"supported": true, "maxResults": %d},
	"changePassword": {"supported": false},
	"sort": {"supported": true},
	"pagination": {
		"cursor": true,
		"index": true,
		"defaultPaginationMethod": "index",
		"defaultPageSize": %d,
		"maxPageSize": %d
	},
	"etag": {"supported": true},
	"authenticationSchemes": [{
		"type": "oauthbearertoken",
		"name": "OAuth Bearer Token",
		"description": "The access token of a directory's key in the Authorization header.",
		"specUri": "https://www.rfc-editor.org/info/rfc6750",
		"primary": true
	}, {
		"type": "oauth2",
		"name": "OAuth 2.0 Client Credentials",
		"description": "Short-lived access tokens from the token endpoint, for a client secret or a signed JWT (RFC 7523).",
		"specUri": "https://www.rfc-editor.org/info/rfc6749",
		"primary": false
	}]
}`, maxBulk, maxBody, maxCount, defaultCount, maxCount))

func (d *discovery) serviceProviderConfig(*request) (*response, error) {
	return fixedResponse(d.config), nil
}

// descriptions are those of the request's directory.
type descriptions func(*request) ([]description, error)

// list answers all descriptions at once: RFC 7644 §4 has no filters and no pages
// here.
func (of descriptions) list(r *request) (*response, error) {
	if r.params.Has("filter") {
		return nil, fault(http.StatusForbidden, "", "this list takes no filter")
	}
	all, err := of(r)
	if err != nil {
		return nil, err
	}
	return listResponse(int64(len(all)), 1, len(all), func(o *output, i int) error {
		return o.value(all[i].body)
	}), nil
}

func (of descriptions) find(r *request) (*response, error) {
	all, err := of(r)
	if err != nil {
		return nil, err
	}
	id := schema.Users.Canonical(r.id)
	for _, d := range all {
		if strings.EqualFold(d.id, id) {
			return fixedResponse(d.body), nil
		}
	}
	return nil, fault(http.StatusNotFound, "", "there is no such description")
}

func fixedResponse(body json.RawMessage) *response {
	return &response{status: http.StatusOK, body: func(o *output) error { return o.value(body) }}
}
