package simulate

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// inventor makes up people and groups, the same for the same seed.
type inventor struct {
	*rand.Rand
	src    *Source
	domain string
	names  map[string]bool  // user and group names ever given, folded: none is given twice
	absent [userValues]bool // attributes that the target does not know
	nested bool             // the target lets groups be members of groups
}

func newInventor(seed uint64, domain string, src *Source) *inventor {
	v := &inventor{Rand: rand.New(rand.NewPCG(seed, 0x656e747261)), src: src, domain: domain, names: map[string]bool{}, nested: true}
	for _, p := range src.People {
		v.names[strings.ToLower(p.want[userName])] = true
	}
	for _, g := range src.Groups {
		v.names[strings.ToLower(g.want[groupName])] = true
	}
	return v
}

// populate adds people and groups: one group of everybody, the others of three to forty people.
func (v *inventor) populate(people, groups int) {
	for range people {
		v.hire()
	}
	for i := range groups {
		if len(v.src.People) == 0 {
			return
		}
		if i == 0 {
			everybody := v.form("Everyone at the harbour")
			for _, p := range v.src.People {
				everybody.members[p] = true
			}
			continue
		}
		v.found()
	}
	for range groups / 4 {
		v.nest(pick(v, v.src.Groups), pick(v, v.src.Groups))
	}
}

// nest makes a group a member of another one, at most two deep: a group's place in the source says on which floor it
// lies, and its members lie below.
func (v *inventor) nest(in, g *Group) {
	if floor := [4]int{0, 2, 1, 2}; v.nested && !in.gone && !g.gone && !g.purge && floor[g.index%4] > floor[in.index%4] {
		in.subgroups[g] = true
	}
}

// hire adds a person; the manager is somebody who was there before, so nobody reports to himself in the end.
func (v *inventor) hire() *Person {
	given, givenLatin := latin(pick(v, givenNames))
	family, familyLatin := latin(pick(v, surnames))
	at := pick(v, cities)
	w := make(values, userValues)
	w[givenName], w[surname] = given, family
	w[userName] = v.free(account(givenLatin)+"."+account(familyLatin), "@"+v.domain)
	w[mail] = w[userName]
	w[title], w[department] = pick(v, jobs), pick(v, departments)
	w[street], w[city], w[state], w[postalCode], w[country] = at.street, at.city, at.region, at.postalCode, at.country
	w[language] = at.language
	w[office] = "Building " + strconv.Itoa(1+v.IntN(9))
	w[telephone] = v.phone(at.phone)
	w[employeeID] = fmt.Sprintf("%06d", 1000+len(v.src.People)) // leading zeros must survive
	switch {
	case v.IntN(50) == 0: // a guest: Entra's user principal names of guests hold # and may hold +
		w[userName] = v.free(account(familyLatin)+"+dock_mail.example#EXT#", "@"+v.domain)
		w[mail] = account(familyLatin) + "+dock@mail.example"
	case v.IntN(3) == 0:
		w[mobile] = v.phone("+49 170 ")
	}
	v.furnish(w)
	complete(w)
	p := newPerson(len(v.src.People), w)
	if len(v.src.People) > 0 {
		p.manager = v.boss(p)
	}
	v.src.People = append(v.src.People, p)
	return p
}

// furnish adds what only some people have.
func (v *inventor) furnish(w values) {
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
	v.assign(w)
	some(licence, "crane-"+strconv.Itoa(v.IntN(40)))
	some(costCenter, fmt.Sprintf("CC-%03d", v.IntN(200)))
	some(organization, "Harbour Authority")
	some(division, pick(v, departments))
	some(badge, fmt.Sprintf("%08d", v.IntN(100_000_000)))
	some(berth, "Pier "+strconv.Itoa(1+v.IntN(30)))
}

// assign gives every second person an application role, as JSON inside text like Entra does it.
func (v *inventor) assign(w values) {
	w[role], w[roleName] = "", ""
	if name := pick(v, jobs); v.IntN(2) == 0 && !v.absent[role] && !v.absent[roleName] {
		w[role] = fmt.Sprintf(`{"id":"%s","value":"%s"}`, guid("role", name), name)
		w[roleName] = name
	}
}

// boss picks a manager for p among those before p: the tree stays a tree. Nil when nobody is left.
func (v *inventor) boss(p *Person) *Person {
	if p.index == 0 {
		return nil
	}
	for range 8 {
		// A span of about eight reports makes a tree of realistic depth.
		i := min(p.index-1, v.IntN(p.index/8+1))
		if m := v.src.People[i]; !m.leaving && !m.gone {
			return m
		}
	}
	return nil
}

// found adds a group of a few people.
func (v *inventor) found() *Group {
	g := v.form(pick(v, teams))
	for range min(3+v.IntN(38), len(v.src.People)) {
		if p := pick(v, v.src.People); !p.leaving && !p.gone {
			g.members[p] = true
		}
	}
	return g
}

func (v *inventor) form(name string) *Group {
	g := newGroup(len(v.src.Groups), v.free(name, ""))
	v.src.Groups = append(v.src.Groups, g)
	return g
}

// free numbers a name until nobody has or had it.
func (v *inventor) free(name, suffix string) string {
	for i := 1; ; i++ {
		candidate := name + suffix
		if i > 1 {
			candidate = name + strconv.Itoa(i) + suffix
			if suffix == "" {
				candidate = name + " " + strconv.Itoa(i)
			}
		}
		if folded := strings.ToLower(candidate); !v.names[folded] {
			v.names[folded] = true
			return candidate
		}
	}
}

func (v *inventor) phone(prefix string) string {
	return prefix + fmt.Sprintf("%07d", v.IntN(10_000_000))
}

func pick[T any](v *inventor, list []T) T { return list[v.IntN(len(list))] }
