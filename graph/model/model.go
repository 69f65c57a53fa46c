package model

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/feddir/feddir/ent/schematype"
)

// Node is anything with an id: a pointer to an entity.
type Node any

// GroupMember is a *ent.User or a *ent.Group.
type GroupMember any

// CreateUserInput is the attributes of a new user and the directory to put it into.
type CreateUserInput struct {
	DirectoryID uuid.UUID
	schematype.UserAttributes
}

// DirectoryCounts is how much a directory holds.
type DirectoryCounts struct {
	Users, ActiveUsers, Groups, Memberships int64
}

// Total counts a list when its total is asked for, and not before.
type Total func(context.Context) (int64, error)

// TotalCount is how many there are in all.
func (t Total) TotalCount(ctx context.Context) (int64, error) { return t(ctx) }

// CompanyConnection is a page of companies.
type CompanyConnection struct {
	Edges    []CompanyEdge
	PageInfo *PageInfo
	Total
}

// DirectoryConnection is a page of directories.
type DirectoryConnection struct {
	Edges    []DirectoryEdge
	PageInfo *PageInfo
	Total
}

// KeyConnection is a page of keys.
type KeyConnection struct {
	Edges    []KeyEdge
	PageInfo *PageInfo
	Total
}

// OAuthClientConnection is a page of OAuth clients.
type OAuthClientConnection struct {
	Edges    []OAuthClientEdge
	PageInfo *PageInfo
	Total
}

// UserConnection is a page of users.
type UserConnection struct {
	Edges    []UserEdge
	PageInfo *PageInfo
	Total
}

// GroupConnection is a page of groups.
type GroupConnection struct {
	Edges    []GroupEdge
	PageInfo *PageInfo
	Total
}

// MembershipConnection is a page of memberships.
type MembershipConnection struct {
	Edges    []MembershipEdge
	PageInfo *PageInfo
	Total
}

// AddGroupMembersPayload says what adding members changed. Group is read when asked for.
type AddGroupMembersPayload struct {
	GroupID uuid.UUID
	Added   int
}

// RemoveGroupMembersPayload says what removing members changed. Group is read when asked for.
type RemoveGroupMembersPayload struct {
	GroupID uuid.UUID
	Removed int
}

// ReplaceGroupMembersPayload says what setting the members changed. Group is read when asked for.
type ReplaceGroupMembersPayload struct {
	GroupID        uuid.UUID
	Added, Removed int
}

// DirectoryHealth is how the provisioning of a directory goes.
type DirectoryHealth struct {
	Status                                    HealthStatus
	LastRequestAt, LastSuccessAt, LastErrorAt *time.Time
	ErrorRate24h                              float64
	CurrentCycle, LastCycle                   *schematype.Cycle
	Hours                                     []schematype.HourCount
}

// AttributeChange is what changed of one attribute: nil is no value.
type AttributeChange struct {
	Path          string
	Before, After json.RawMessage
}
