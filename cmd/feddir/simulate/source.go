package simulate

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Source is the identity provider's side: what the directory must have in the end.
type Source struct {
	People []*Person
	Groups []*Group
}

// object is the common part of a person and a group: the link from the source to the target.
type object struct {
	kind      *resourceType
	index     int    // position in the source
	id        string // id in the target, used for good once known
	created   bool   // created by this run
	want      values // at the source
	have      values // in the target, as last written
	purge     bool   // to be deleted in this cycle
	deleted   bool   // deleted from the target
	uncertain bool   // a write failed for good; what the target holds is not known
}

// Person is a person of the source.
type Person struct {
	object
	manager    *Person
	managerID  string // in the target, as last written
	leaving    bool   // disabled, deleted in the next cycle
	nameReused bool   // another person has the name now
}

// Group is a group of the source.
type Group struct {
	object
	members   map[*Person]bool
	subgroups map[*Group]bool
	linked    map[string]bool // target ids of the members, as last written
	foreign   map[string]bool // members found in the target that the source does not know
}

func newPerson(index int, want values) *Person {
	return &Person{object: object{kind: userType, index: index, want: want}}
}

func newGroup(index int, name string) *Group {
	return &Group{
		object:  object{kind: groupType, index: index, want: values{groupName: name, groupKey: guid("group", name)}},
		members: map[*Person]bool{}, subgroups: map[*Group]bool{}, linked: map[string]bool{}, foreign: map[string]bool{},
	}
}

// complete sets the attributes that Entra computes or never leaves empty.
func complete(v values) {
	nickname, _, _ := strings.Cut(v[userName], "@")
	v[mailNickname] = cmp.Or(v[mailNickname], nickname)
	v[active] = cmp.Or(v[active], "True")
	v[formatted] = strings.TrimSpace(v[givenName] + " " + v[surname])
	v[displayName] = cmp.Or(v[displayName], v[formatted], v[userName])
	v[mailPrimary] = ""
	if v[mail] != "" {
		v[mailPrimary] = "True"
	}
}

// pending reports whether the next cycle has to write the object, apart from its references.
func (o *object) pending() bool {
	return !o.deleted && (o.id == "" || o.purge || o.uncertain || !slices.Equal(o.have, o.want))
}

func (o *object) String() string {
	return fmt.Sprintf("%s %s", o.kind.name, o.want[o.kind.matching])
}

// wantManager returns the target id of the manager, or "".
func (p *Person) wantManager() string {
	if p.manager == nil || p.manager.deleted {
		return ""
	}
	return p.manager.id
}

// wantMembers returns the target ids of the members.
func (g *Group) wantMembers() map[string]bool {
	ids := make(map[string]bool, len(g.members))
	for p := range g.members {
		if p.id != "" && !p.deleted {
			ids[p.id] = true
		}
	}
	for sub := range g.subgroups {
		if sub.id != "" && !sub.deleted {
			ids[sub.id] = true
		}
	}
	return ids
}

// guid returns an id in the form of Entra's object ids that is the same in every run.
func guid(parts ...string) string {
	h := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

func (o *object) path() string { return o.kind.endpoint + "/" + url.PathEscape(o.id) }

// updateKind names the update, as the summary counts it.
func (o *object) updateKind() string {
	switch {
	case o.kind != userType || o.have[active] == o.want[active]:
		return "update " + o.kind.name
	case o.want[active] == "False":
		return "disable user"
	default:
		return "enable user"
	}
}

func (p *Person) managerPending() bool {
	return !p.deleted && p.id != "" && p.managerID != p.wantManager()
}

func (g *Group) live() bool { return !g.deleted && g.id != "" }
