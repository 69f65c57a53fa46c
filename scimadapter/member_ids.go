package scimadapter

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/internal/scim/schema"
)

// memberRef is a member of a group as it is answered. It has no display, because
// the member would have to be read for it.
type memberRef struct {
	Value *uuid.UUID `json:"value,omitempty"`
	Ref   string     `json:"$ref,omitempty"`
	Type  string     `json:"type,omitempty"`
}

// memberFrom returns the member with this id, limited to what p includes. The id
// says whether it is a user or a group.
func (a *adapter) memberFrom(p projection, id uuid.UUID) memberRef {
	rt := schema.Users
	if schematype.TypeOf(id) == schematype.TypeGroup {
		rt = schema.Groups
	}
	var m memberRef
	if p.includesSub("", "members", "value") {
		m.Value = &id
	}
	if p.includesSub("", "members", "$ref") {
		m.Ref = a.location(rt, id.String())
	}
	if p.includesSub("", "members", "type") {
		m.Type = rt.Name
	}
	return m
}

// memberIDs parses ids of members. It fails for an id that can be none of ours:
// otherwise the client would believe that somebody had become a member.
func memberIDs(texts []string) ([]uuid.UUID, error) {
	ids := make([]uuid.UUID, len(texts))
	for i, text := range texts {
		if ids[i] = memberID(text); ids[i] == uuid.Nil {
			return nil, fault(http.StatusBadRequest, invalidValue, "members: there is no user or group %.64q", text)
		}
	}
	return ids, nil
}

// knownMemberIDs parses ids of members and ignores those that can be none of
// ours.
func knownMemberIDs(texts []string) []uuid.UUID {
	ids := make([]uuid.UUID, 0, len(texts))
	for _, text := range texts {
		if id := memberID(text); id != uuid.Nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// memberID parses the id of a user or group. It returns uuid.Nil for other texts.
func memberID(text string) uuid.UUID {
	if id := schematype.ParseID(text, schematype.TypeUser); id != uuid.Nil {
		return id
	}
	return schematype.ParseID(text, schematype.TypeGroup)
}
