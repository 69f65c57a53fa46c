package simulate

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// generator generates people and groups, the same for the same seed.
type generator struct {
	*rand.Rand
	src    *Source
	domain string
	taken  map[string]bool  // all names of users and groups so far, folded
	absent [userValues]bool // attributes that the target does not support
	nested bool             // groups may be members of groups in the target
}

func newGenerator(seed uint64, domain string, src *Source) *generator {
	v := &generator{Rand: rand.New(rand.NewPCG(seed, 0x656e747261)), src: src, domain: domain, taken: map[string]bool{}, nested: true}
	for _, p := range src.People {
		v.taken[strings.ToLower(p.want[userName])] = true
	}
	for _, g := range src.Groups {
		v.taken[strings.ToLower(g.want[groupName])] = true
	}
	return v
}

// populate adds people and groups. The first group has everybody, the others three to forty people.
func (v *generator) populate(people, groups int) {
	for range people {
		v.addPerson()
	}
	for i := range groups {
		if len(v.src.People) == 0 {
			return
		}
		if i == 0 {
			everybody := v.newGroup("Everyone at the harbour")
			for _, p := range v.src.People {
				everybody.members[p] = true
			}
			continue
		}
		v.addGroup()
	}
	for range groups / 4 {
		v.nestGroup(pick(v, v.src.Groups), pick(v, v.src.Groups))
	}
}

// nestGroup makes a group a member of another one, at most two deep. The index of a group determines its level; its
// members have a deeper one.
func (v *generator) nestGroup(in, g *Group) {
	if floor := [4]int{0, 2, 1, 2}; v.nested && !in.deleted && !g.deleted && !g.purge && floor[g.index%4] > floor[in.index%4] {
		in.subgroups[g] = true
	}
}

// addPerson adds a person. The manager is an earlier person, so that managers form a tree.
func (v *generator) addPerson() *Person {
	given, givenLatin := latin(pick(v, givenNames))
	family, familyLatin := latin(pick(v, surnames))
	at := pick(v, cities)
	w := make(values, userValues)
	w[givenName], w[surname] = given, family
	w[userName] = v.uniqueName(account(givenLatin)+"."+account(familyLatin), "@"+v.domain)
	w[mail] = w[userName]
	w[title], w[department] = pick(v, jobs), pick(v, departments)
	w[street], w[city], w[state], w[postalCode], w[country] = at.street, at.city, at.region, at.postalCode, at.country
	w[language] = at.language
	w[office] = "Building " + strconv.Itoa(1+v.IntN(9))
	w[telephone] = v.phone(at.phone)
	w[employeeID] = fmt.Sprintf("%06d", 1000+len(v.src.People)) // leading zeros must survive
	switch {
	case v.IntN(50) == 0: // a guest: Entra's user principal names of guests hold # and may hold +
		w[userName] = v.uniqueName(account(familyLatin)+"+dock_mail.example#EXT#", "@"+v.domain)
		w[mail] = account(familyLatin) + "+dock@mail.example"
	case v.IntN(3) == 0:
		w[mobile] = v.phone("+49 170 ")
	}
	v.addOptional(w)
	complete(w)
	p := newPerson(len(v.src.People), w)
	if len(v.src.People) > 0 {
		p.manager = v.pickManager(p)
	}
	v.src.People = append(v.src.People, p)
	return p
}

// addOptional sets attributes that only some people have.
func (v *generator) addOptional(w values) {
	some := func(i int, value string) {
		if v.IntN(3) == 0 && !v.absent[i] {
			w[i] = value
		}
	}
	at := pick(v, cities)
	some(nickName, w[givenName])
	some(kindOfUser, pick(v, []string{"Employee", "Contractor", "Guest"}))
	some(timezone, "Europe/Berlin")
	some(otherMail, w[employeeID]+"@mail.example")
	some(homePhone, v.phone(at.phone))
	some(homeStreet, at.street)
	some(homeCity, at.city)
	v.assignRole(w)
	some(licence, "crane-"+strconv.Itoa(v.IntN(40)))
	some(costCenter, fmt.Sprintf("CC-%03d", v.IntN(200)))
	some(organization, "Harbour Authority")
	some(division, pick(v, departments))
	some(badge, fmt.Sprintf("%08d", v.IntN(100_000_000)))
	some(berth, "Pier "+strconv.Itoa(1+v.IntN(30)))
}

// assignRole gives every second person an application role, as JSON inside text, like Entra.
func (v *generator) assignRole(w values) {
	w[role], w[roleName] = "", ""
	if name := pick(v, jobs); v.IntN(2) == 0 && !v.absent[role] && !v.absent[roleName] {
		w[role] = fmt.Sprintf(`{"id":"%s","value":"%s"}`, guid("role", name), name)
		w[roleName] = name
	}
}

// pickManager picks a manager among the people before p, so that managers form a tree; nil if nobody is left.
func (v *generator) pickManager(p *Person) *Person {
	if p.index == 0 {
		return nil
	}
	for range 8 {
		// A span of about eight reports makes a tree of realistic depth.
		i := min(p.index-1, v.IntN(p.index/8+1))
		if m := v.src.People[i]; !m.leaving && !m.deleted {
			return m
		}
	}
	return nil
}

// addGroup adds a group of some people.
func (v *generator) addGroup() *Group {
	g := v.newGroup(pick(v, teams))
	for range min(3+v.IntN(38), len(v.src.People)) {
		if p := pick(v, v.src.People); !p.leaving && !p.deleted {
			g.members[p] = true
		}
	}
	return g
}

func (v *generator) newGroup(name string) *Group {
	g := newGroup(len(v.src.Groups), v.uniqueName(name, ""))
	v.src.Groups = append(v.src.Groups, g)
	return g
}

// uniqueName adds a number to a name if the name was used before.
func (v *generator) uniqueName(name, suffix string) string {
	for i := 1; ; i++ {
		candidate := name + suffix
		if i > 1 {
			candidate = name + strconv.Itoa(i) + suffix
			if suffix == "" {
				candidate = name + " " + strconv.Itoa(i)
			}
		}
		if folded := strings.ToLower(candidate); !v.taken[folded] {
			v.taken[folded] = true
			return candidate
		}
	}
}

func (v *generator) phone(prefix string) string {
	return prefix + fmt.Sprintf("%07d", v.IntN(10_000_000))
}

func pick[T any](v *generator, list []T) T { return list[v.IntN(len(list))] }
