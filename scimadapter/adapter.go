package scimadapter

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	ent "github.com/feddir/feddir/ent/generated"
	"github.com/feddir/feddir/ent/schematype"
	"github.com/feddir/feddir/graph"
	"github.com/feddir/feddir/graph/list"
	"github.com/feddir/feddir/graph/member"
	"github.com/feddir/feddir/graph/model"
	"github.com/feddir/feddir/internal/records"
	"github.com/feddir/feddir/internal/scim/patch"
	"github.com/feddir/feddir/internal/scim/schema"
	"github.com/feddir/feddir/internal/token"
)

// Operations are the operations on users and groups that SCIM needs. They run
// as the viewer of the context and fail with errors that dberror.Describe knows.
type Operations interface {
	// InTx runs f in one transaction, which may be repeated from its start.
	InTx(ctx context.Context, f func(ctx context.Context) error) error

	// FindUser fails with apierror.NotFound when there is no such user. In a
	// transaction the row is locked and remembered, so that what follows there
	// does not read it again.
	FindUser(ctx context.Context, id uuid.UUID) (*ent.User, error)
	// UserVersion fails like FindUser.
	UserVersion(ctx context.Context, id uuid.UUID) (int64, error)
	ListUsers(ctx context.Context, l graph.List) (*list.Page[*ent.User], error)
	CreateUser(ctx context.Context, input model.CreateUserInput) (*model.CreateUserPayload, error)
	// ModifyUser makes the attributes of a user what edit makes of them; where a
	// version is given, only if it is the user's.
	ModifyUser(ctx context.Context, id uuid.UUID, version *int, edit func(*schematype.UserAttributes) error) (*ent.User, error)
	// RemoveUser deletes a user unless check, which sees it before, fails.
	RemoveUser(ctx context.Context, id uuid.UUID, check func(*ent.User) error) error
	// GroupsOf returns at most limit of the groups that users are direct members
	// of, ordered by the ids of users and groups, those after a group.
	GroupsOf(ctx context.Context, memberIDs []uuid.UUID, after uuid.UUID, limit int) ([]member.GroupOf, error)

	// FindGroup is like FindUser.
	FindGroup(ctx context.Context, id uuid.UUID) (*ent.Group, error)
	ListGroups(ctx context.Context, l graph.List) (*list.Page[*ent.Group], error)
	CreateGroup(ctx context.Context, input model.CreateGroupInput) (*model.CreateGroupPayload, error)
	// ModifyGroup is like ModifyUser.
	ModifyGroup(ctx context.Context, id uuid.UUID, version *int, edit func(*schematype.GroupAttributes) error) (*ent.Group, error)
	DeleteGroup(ctx context.Context, input model.DeleteGroupInput) (*model.DeleteGroupPayload, error)
	// Members returns at most limit direct members of a group in the order of
	// their ids, those after the given one.
	Members(ctx context.Context, groupID, after uuid.UUID, limit int) ([]*ent.Membership, error)
	// LockForMembers locks all that a group and its new members take. A
	// transaction that changes something else of the group first begins with it.
	LockForMembers(ctx context.Context, groupID uuid.UUID, memberIDs []uuid.UUID) error
	AddGroupMembers(ctx context.Context, input model.AddGroupMembersInput) (*model.AddGroupMembersPayload, error)
	RemoveGroupMembers(ctx context.Context, input model.RemoveGroupMembersInput) (*model.RemoveGroupMembersPayload, error)
	ReplaceGroupMembers(ctx context.Context, input model.ReplaceGroupMembersInput) (*model.ReplaceGroupMembersPayload, error)

	// SchemaExtensions returns the extensions that a directory has beside those
	// of SCIM.
	SchemaExtensions(ctx context.Context, directoryID uuid.UUID) ([]schema.Custom, error)
}

// Config is what the adapter needs to know of the installation.
type Config struct {
	BaseURL string        // how clients reach the installation, without a trailing slash
	Timeout time.Duration // of one request, and of each further part of a long answer; 10 s where it is zero

	Sealer *token.Sealer // of cursors; a random one, which no other replica opens, where it is nil

	// ResponseCacheBytes bounds the response cache of users;
	// DefaultResponseCacheBytes where it is zero.
	ResponseCacheBytes int64

	// Ignored, where it is set, is called with the parts of a request that had no
	// effect.
	Ignored func(ctx context.Context, ignored []patch.Ignored)

	// Admit, where it is set, gives a request its turn, after which release is
	// called. A request without release is 429, to come again after a while.
	Admit func(ctx context.Context) (release func(), again time.Duration, err error)

	// HeavyTurn, where it is set, gives a list that is heavy its turn, in place of
	// the one that Admit gave: a key whose lists wait is served meanwhile with
	// everything else.
	HeavyTurn func(ctx context.Context) (release func(), err error)

	// Record, where it is set, is called for every answered request of a
	// directory's key. It must not wait.
	Record func(r *http.Request, rec *records.Record)
}

// root is the path that SCIM is served below.
const root = "/v2"

type adapter struct {
	ops       Operations
	cfg       Config
	root      string // URL of root
	responses *responseCache
	endpoints map[string]endpoint // by the name in lower case: Microsoft's requests spell some so
}

// New returns a handler of everything below /v2. The context of a request must
// carry the viewer of a directory key.
func New(ops Operations, cfg Config) http.Handler {
	cfg.Timeout = cmp.Or(cfg.Timeout, 10*time.Second)
	cfg.ResponseCacheBytes = cmp.Or(cfg.ResponseCacheBytes, DefaultResponseCacheBytes)
	if cfg.Sealer == nil {
		cfg.Sealer = token.New(nil)
	}
	a := &adapter{ops: ops, cfg: cfg, responses: newResponseCache(cfg.ResponseCacheBytes), root: cfg.BaseURL + root}
	a.endpoints = make(map[string]endpoint)
	for name, e := range a.routes() {
		e.name = name
		a.endpoints[strings.ToLower(name)] = e
	}
	return a
}

// endpoint holds the handlers of a collection and of its resources.
type endpoint struct {
	name       string               // as it is registered
	resource   *schema.ResourceType // nil for discovery
	collection methods
	item       methods
	search     methods
}

type handler func(*request) (*response, error)

type methods map[string]handler

func (a *adapter) routes() map[string]endpoint {
	d := newDiscovery(a.root, a.ops)
	types, schemas := descriptions(d.typesOf), descriptions(d.schemasOf)
	return map[string]endpoint{
		"Users": {
			resource:   &schema.Users,
			collection: methods{"GET": a.listUsers, "POST": a.createUser},
			item:       methods{"GET": a.getUser, "PUT": notFoundFirst(a.findUser, a.replaceUser), "PATCH": notFoundFirst(a.findUser, a.patchUser), "DELETE": a.deleteUser},
			search:     search(schema.Users, a.listUsers),
		},
		"Groups": {
			resource:   &schema.Groups,
			collection: methods{"GET": a.listGroups, "POST": a.createGroup},
			item:       methods{"GET": a.getGroup, "PUT": notFoundFirst(a.findGroup, a.replaceGroup), "PATCH": notFoundFirst(a.findGroup, a.patchGroup), "DELETE": a.deleteGroup},
			search:     search(schema.Groups, a.listGroups),
		},
		searchID:                {collection: methods{"POST": a.searchAll}},
		"Bulk":                  {collection: methods{"POST": a.bulk}},
		"Me":                    {collection: methods{"GET": me, "POST": me, "PUT": me, "PATCH": me, "DELETE": me}},
		"":                      {collection: methods{"GET": a.queryRoot(d)}},
		"ServiceProviderConfig": {collection: methods{"GET": d.serviceProviderConfig}},
		"ResourceTypes":         {collection: methods{"GET": types.list}, item: methods{"GET": types.find}},
		"Schemas":               {collection: methods{"GET": schemas.list}, item: methods{"GET": schemas.find}},
	}
}

// Routes lists what a handler of [New] knows: methods with paths below /v2,
// where {id} stands for an id. HEAD goes wherever GET does.
func Routes() []string {
	var all []string
	add := func(path string, m methods) {
		for method := range m {
			all = append(all, method+" "+path)
		}
	}
	for name, e := range new(adapter).routes() {
		path := strings.TrimSuffix("/"+name, "/")
		add(path, e.collection)
		add(path+"/{id}", e.item)
		add(path+"/"+searchID, e.search)
	}
	return all
}

// allow lists the methods for the header of that name.
func (m methods) allow() string {
	var names []string
	for name := range m {
		names = append(names, name)
		if name == http.MethodGet {
			names = append(names, http.MethodHead)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
