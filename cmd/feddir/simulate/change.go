package simulate

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// personChanges has for each kind of change the share of people, in thousandths, that one incremental cycle changes;
// at least one person.
var personChanges = []struct {
	perMille int
	change   func(*generator, *Person)
}{
	{30, (*generator).changeTitle},
	{10, (*generator).changeSurname},
	{10, (*generator).newMail},
	{10, (*generator).newPhone},
	{10, (*generator).changeJob},
	{5, (*generator).clearTitle},
	{10, (*generator).newManager},
	{2, (*generator).noManager},
	{10, (*generator).disable},
	{5, (*generator).scheduleDeletion},
}

// change changes the source as a working day does. It must not run during a cycle.
func (v *generator) change() {
	v.finishChanges()
	here := v.remaining()
	for _, c := range personChanges {
		for range share(len(here), c.perMille) {
			c.change(v, pick(v, here))
		}
	}
	for range share(len(here), 5) {
		p := v.addPerson()
		if groups := v.groups(); len(groups) > 0 {
			pick(v, groups).members[p] = true
		}
	}
	v.changeGroups()
}

// finishChanges finishes the changes of earlier days: people who left are deleted, sometimes a new person gets the name
// of a deleted one, and half of the disabled people are enabled again.
func (v *generator) finishChanges() {
	again := false
	for _, p := range slices.Clone(v.src.People) {
		switch {
		case p.deleted && !p.nameReused && !again && v.IntN(2) == 0:
			v.reuseName(p)
			again = true
		case p.leaving && !p.deleted:
			p.purge = true
		case p.want[active] == "False" && !p.deleted && v.IntN(2) == 0:
			p.want[active] = "True"
		}
	}
	for _, g := range v.src.Groups {
		maps.DeleteFunc(g.members, func(p *Person, _ bool) bool { return p.purge || p.deleted })
		maps.DeleteFunc(g.subgroups, func(sub *Group, _ bool) bool { return sub.purge || sub.deleted })
	}
}

// reuseName adds a new person with the name of a deleted one.
func (v *generator) reuseName(old *Person) {
	old.nameReused = true
	w := slices.Clone(old.want)
	w[active], w[title] = "True", pick(v, jobs)
	p := newPerson(len(v.src.People), w)
	p.manager = v.pickManager(p)
	v.src.People = append(v.src.People, p)
}

func (v *generator) changeTitle(p *Person) {
	p.want[title], p.want[department] = "Senior "+strings.ToLower(pick(v, jobs)), pick(v, departments)
}

// changeSurname changes the surname and the attributes that are made from it.
func (v *generator) changeSurname(p *Person) {
	family, inLatin := latin(pick(v, surnames))
	first, _, _ := strings.Cut(p.want[userName], ".")
	first, _, _ = strings.Cut(first, "@")
	p.want[surname] = family
	p.want[displayName] = ""
	p.want[userName] = v.uniqueName(account(first)+"."+account(inLatin), "@"+v.domain)
	if p.want[mail] != "" {
		p.want[mail] = p.want[userName]
	}
	complete(p.want)
}

func (v *generator) newMail(p *Person) {
	name, _, _ := strings.Cut(p.want[userName], "@")
	name, _, _ = strings.Cut(name, "+")
	p.want[mail] = name + "+" + guid(p.want[mail])[:4] + "@" + v.domain
	complete(p.want)
}

func (v *generator) newPhone(p *Person) {
	p.want[mobile] = v.phone("+49 170 ")
	if v.IntN(4) == 0 {
		p.want[fax] = v.phone("+49 40 ")
	}
}

// changeJob changes the attributes of a job: the role, the licence, the badge.
func (v *generator) changeJob(p *Person) {
	v.assignRole(p.want)
	for i, value := range map[int]string{
		licence: "forklift-" + strconv.Itoa(v.IntN(40)), badge: fmt.Sprintf("%08d", v.IntN(100_000_000)),
		otherMail: p.want[employeeID] + "@post.example", homePhone: "",
	} {
		if !v.absent[i] {
			p.want[i] = value
		}
	}
}

func (v *generator) clearTitle(p *Person) { p.want[title] = "" }

func (v *generator) newManager(p *Person) { p.manager = v.pickManager(p) }

func (v *generator) noManager(p *Person) { p.manager = nil }

func (v *generator) disable(p *Person) { p.want[active] = "False" }

// scheduleDeletion disables a person, which the next cycle deletes. The person's reports get the person's manager.
func (v *generator) scheduleDeletion(p *Person) {
	if len(v.remaining()) < 5 {
		return
	}
	p.leaving, p.want[active] = true, "False"
	for _, report := range v.src.People {
		if report.manager == p {
			if report.manager = p.manager; report.manager == report {
				report.manager = nil
			}
		}
	}
}

func (v *generator) changeGroups() {
	groups, here := v.groups(), v.remaining()
	if len(groups) == 0 || len(here) == 0 {
		return
	}
	for range share(len(groups), 20) {
		g := pick(v, groups)
		g.want[groupName] = v.uniqueName(pick(v, teams), "")
	}
	for range share(len(groups), 100) {
		g := pick(v, groups)
		for range 1 + v.IntN(5) {
			g.members[pick(v, here)] = true
		}
		g = pick(v, groups)
		for range 1 + v.IntN(5) {
			delete(g.members, pick(v, here))
		}
		if p := v.anyMember(g); p != nil && len(g.members) > 2 {
			delete(g.members, p)
		}
	}
	for range share(len(groups), 20) {
		clear(pick(v, groups).subgroups)
		v.nestGroup(pick(v, groups), pick(v, groups))
	}
	if len(groups) > 4 && v.IntN(2) == 0 {
		groups[len(groups)-1].purge = true
		v.addGroup()
	}
}

// anyMember returns the first member after a random index of the source; nil for an empty group.
func (v *generator) anyMember(g *Group) *Person {
	people := v.src.People
	for i, start := 0, v.IntN(len(people)); i < len(people); i++ {
		if p := people[(start+i)%len(people)]; g.members[p] {
			return p
		}
	}
	return nil
}

// remaining returns the people that are neither deleted nor about to be.
func (v *generator) remaining() []*Person {
	return slices.DeleteFunc(slices.Clone(v.src.People), func(p *Person) bool { return p.leaving || p.deleted || p.purge })
}

func (v *generator) groups() []*Group {
	return slices.DeleteFunc(slices.Clone(v.src.Groups), func(g *Group) bool { return g.deleted || g.purge })
}

func share(n, perMille int) int {
	return min(n, max(1, n*perMille/1000))
}
