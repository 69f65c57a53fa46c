package scimadapter

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/scim/schema"
)

// groupAttributes is what a client can write of a group, in the JSON of RFC
// 7643 §4.2, but for its members. Custom extensions stand beside it.
type groupAttributes struct {
	ExternalID  *string `json:"externalId,omitempty"`
	DisplayName string  `json:"displayName,omitempty"`
}

// groupResource is a group as it is answered, but for its members.
type groupResource struct {
	Schemas []string  `json:"schemas"`
	ID      uuid.UUID `json:"id"`
	groupAttributes
	Meta meta `json:"meta"`
}

// memberRef is a member of a group. Its name is not told: it would have to be
// read.
type memberRef struct {
	Value *uuid.UUID `json:"value,omitempty"`
	Ref   string     `json:"$ref,omitempty"`
	Type  string     `json:"type,omitempty"`
}

func (a *adapter) groupFrom(g *ent.Group) groupResource {
	return groupResource{
		Schemas: append([]string{schema.GroupID}, extensionNames(g.Extensions)...),
		ID:      g.ID, groupAttributes: groupAttributes{g.ExternalID, g.DisplayName},
		Meta: a.metaOf(schema.Groups, g.ID, g.CreatedAt, g.UpdatedAt, g.Version),
	}
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

// groupDocument is what a client can write of g, but for its members, as a
// JSON document in the normal form of package patch.
func groupDocument(g *ent.Group) (map[string]any, error) {
	return document(groupAttributes{g.ExternalID, g.DisplayName}, g.Extensions)
}

func createGroupInput(directoryID uuid.UUID, doc map[string]any, members []uuid.UUID) (model.CreateGroupInput, error) {
	var a groupAttributes
	extensions, err := read(doc, &a, schema.Groups)
	return model.CreateGroupInput{
		DirectoryID: directoryID, DisplayName: a.DisplayName, ExternalID: a.ExternalID,
		Extensions: extensions, MemberIds: members,
	}, err
}

// updateGroupInput makes the attributes of a group exactly those of the document.
func updateGroupInput(id uuid.UUID, doc map[string]any) (model.UpdateGroupInput, error) {
	var a groupAttributes
	extensions, err := read(doc, &a, schema.Groups)
	return model.UpdateGroupInput{ID: id, Patch: &model.GroupPatch{
		DisplayName: graphql.OmittableOf(&a.DisplayName),
		ExternalID:  graphql.OmittableOf(a.ExternalID),
		Extensions:  graphql.OmittableOf(extensions),
	}}, err
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
