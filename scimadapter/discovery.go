package scimadapter

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/feddir/feddir/scimadapter/schema"
)

// discovery answers what the server can do, RFC 7644 §4. The answers are made
// once, from the schemas that everything else is driven by.
type discovery struct {
	config        json.RawMessage
	resourceTypes []described
	schemas       []described
}

type described struct {
	id   string
	body json.RawMessage
}

func newDiscovery(root string) *discovery {
	d := &discovery{config: withMeta(providerConfig, "ServiceProviderConfig", root+"/ServiceProviderConfig")}
	for _, rt := range []schema.ResourceType{schema.Users, schema.Groups} {
		d.resourceTypes = append(d.resourceTypes, described{rt.Name, withMeta(rt, "ResourceType", root+"/ResourceTypes/"+rt.Name)})
	}
	for _, s := range []schema.Schema{schema.User, schema.Group, schema.EnterpriseUser} {
		body := struct {
			Schemas [1]string `json:"schemas"`
			schema.Schema
		}{[1]string{"urn:ietf:params:scim:schemas:core:2.0:Schema"}, s}
		d.schemas = append(d.schemas, described{s.ID, withMeta(body, "Schema", root+"/Schemas/"+s.ID)})
	}
	return d
}

// withMeta is the JSON of a description of ours with its meta attribute.
func withMeta(v any, resourceType, location string) json.RawMessage {
	var buf, m bytes.Buffer
	for _, err := range []error{
		appendJSON(&buf, v),
		appendJSON(&m, meta{ResourceType: resourceType, Location: location}),
		appendMember(&buf, "meta", m.Bytes()),
	} {
		if err != nil {
			panic(err) // a constant that is no JSON
		}
	}
	return buf.Bytes()
}

type supported struct {
	Supported bool `json:"supported"`
}

type authenticationScheme struct {
	Type        string `json:"type"`
	Name        string `json:"name"`
	Description string `json:"description"`
	SpecURI     string `json:"specUri"`
	Primary     bool   `json:"primary"`
}

// pagination is the attribute of RFC 9865 §4. It names no cursorTimeout, since
// cursors do not expire.
type pagination struct {
	Cursor                  bool   `json:"cursor"`
	Index                   bool   `json:"index"`
	DefaultPaginationMethod string `json:"defaultPaginationMethod"`
	DefaultPageSize         int    `json:"defaultPageSize"`
	MaxPageSize             int    `json:"maxPageSize"`
}

type bulkLimits struct {
	supported
	MaxOperations  int `json:"maxOperations"`
	MaxPayloadSize int `json:"maxPayloadSize"`
}

// providerConfig is the ServiceProviderConfig of RFC 7643 §5.
var providerConfig = struct {
	Schemas [1]string  `json:"schemas"`
	Patch   supported  `json:"patch"`
	Bulk    bulkLimits `json:"bulk"`
	Filter  struct {
		supported
		MaxResults int `json:"maxResults"`
	} `json:"filter"`
	ChangePassword        supported               `json:"changePassword"`
	Sort                  supported               `json:"sort"`
	Pagination            pagination              `json:"pagination"`
	ETag                  supported               `json:"etag"`
	AuthenticationSchemes [2]authenticationScheme `json:"authenticationSchemes"`
}{
	Schemas: [1]string{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"},
	Patch:   supported{true},
	Bulk:    bulkLimits{supported{true}, maxBulk, maxBody},
	Filter: struct {
		supported
		MaxResults int `json:"maxResults"`
	}{supported{true}, maxCount},
	Sort: supported{true},
	Pagination: pagination{
		Cursor: true, Index: true, DefaultPaginationMethod: "index",
		DefaultPageSize: defaultCount, MaxPageSize: maxCount,
	},
	ETag: supported{true},
	AuthenticationSchemes: [2]authenticationScheme{{
		Type: "oauthbearertoken", Name: "OAuth Bearer Token",
		Description: "The access token of a directory's key in the Authorization header.",
		SpecURI:     "https://www.rfc-editor.org/info/rfc6750", Primary: true,
	}, {
		Type: "oauth2", Name: "OAuth 2.0 Client Credentials",
		Description: "Short-lived access tokens from the token endpoint, for a client secret or a signed JWT (RFC 7523).",
		SpecURI:     "https://www.rfc-editor.org/info/rfc6749",
	}},
}

func (d *discovery) serviceProviderConfig(*request) (*response, error) { return fixed(d.config), nil }

func (d *discovery) listResourceTypes(r *request) (*response, error) {
	return listed(r, d.resourceTypes)
}

func (d *discovery) resourceType(r *request) (*response, error) { return one(r, d.resourceTypes) }

func (d *discovery) listSchemas(r *request) (*response, error) { return listed(r, d.schemas) }

func (d *discovery) schema(r *request) (*response, error) { return one(r, d.schemas) }

// listed answers all at once; RFC 7644 §4 has no filters and no pages here.
func listed(r *request, all []described) (*response, error) {
	if r.params.Has("filter") {
		return nil, fault(http.StatusForbidden, "", "this list takes no filter")
	}
	return listResponse(int64(len(all)), 1, len(all), func(o *output, i int) error {
		return o.value(all[i].body)
	}), nil
}

func one(r *request, all []described) (*response, error) {
	for _, d := range all {
		if strings.EqualFold(d.id, r.id) {
			return fixed(d.body), nil
		}
	}
	return nil, fault(http.StatusNotFound, "", "there is no such description")
}

func fixed(body json.RawMessage) *response {
	return &response{status: http.StatusOK, body: func(o *output) error { return o.value(body) }}
}
