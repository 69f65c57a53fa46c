package scimadapter

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/schema"
)

// memberRef is a member of a group. Its name is not told: it would have to be
// read.
type memberRef struct {
	Value *uuid.UUID `json:"value,omitempty"`
	Ref   string     `json:"$ref,omitempty"`
	Type  string     `json:"type,omitempty"`
}

// memberFrom is the member with this id, or what p keeps of it. The id tells
// what it is.
func (a *adapter) memberFrom(p projection, id uuid.UUID) memberRef {
	rt := schema.Users
	if schematype.TypeOf(id) == schematype.TypeGroup {
		rt = schema.Groups
	}
	var m memberRef
	if p.keepsSub("", "members", "value") {
		m.Value = &id
	}
	if p.keepsSub("", "members", "$ref") {
		m.Ref = a.location(rt, id.String())
	}
	if p.keepsSub("", "members", "type") {
		m.Type = rt.Name
	}
	return m
}

// memberIDs reads ids of members. One that names nothing here is an error:
// nobody is to be told that somebody became a member who did not.
func memberIDs(texts []string) ([]uuid.UUID, error) {
	ids := make([]uuid.UUID, len(texts))
	for i, text := range texts {
		if ids[i] = memberID(text); ids[i] == uuid.Nil {
			return nil, fault(http.StatusBadRequest, invalidValue, "members: there is no user or group %.64q", text)
		}
	}
	return ids, nil
}

// knownMemberIDs reads ids of members and passes over those that name nothing.
func knownMemberIDs(texts []string) []uuid.UUID {
	ids := make([]uuid.UUID, 0, len(texts))
	for _, text := range texts {
		if id := memberID(text); id != uuid.Nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// memberID returns uuid.Nil for what cannot be a user or a group.
func memberID(text string) uuid.UUID {
	if id := schematype.ParseID(text, schematype.TypeUser); id != uuid.Nil {
		return id
	}
	return schematype.ParseID(text, schematype.TypeGroup)
}
