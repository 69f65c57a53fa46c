package simulate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Share of the people, in thousandths, that each kind of change touches in one incremental cycle; at least one.
var personChanges = []struct {
	perMille int
	change   func(*inventor, *Person)
}{
	{30, (*inventor).promote},
	{10, (*inventor).marry},
	{10, (*inventor).newMail},
	{10, (*inventor).newPhone},
	{10, (*inventor).newDuty},
	{5, (*inventor).clearTitle},
	{10, (*inventor).newManager},
	{2, (*inventor).noManager},
	{10, (*inventor).disable},
	{5, (*inventor).leave},
}

// change lets a working day pass at the source. It must run while no cycle does.
func (v *inventor) change() {
	v.settle()
	here := v.here()
	for _, c := range personChanges {
		for range share(len(here), c.perMille) {
			c.change(v, pick(v, here))
		}
	}
	for range share(len(here), 5) {
		p := v.hire()
		if groups := v.groups(); len(groups) > 0 {
			pick(v, groups).members[p] = true
		}
	}
	v.changeGroups()
}

// settle finishes what earlier days began: who left is deleted for good and, now and then, hired again under the
// old name; half of the disabled come back.
func (v *inventor) settle() {
	again := false
	for _, p := range slices.Clone(v.src.People) {
		switch {
		case p.gone && !p.rehired && !again && v.IntN(2) == 0:
			v.rehire(p)
			again = true
		case p.leaving && !p.gone:
			p.purge = true
		case p.want[active] == "False" && !p.gone && v.IntN(2) == 0:
			p.want[active] = "True"
		}
	}
	for _, g := range v.src.Groups {
		for p := range g.members {
			if p.purge || p.gone {
				delete(g.members, p)
			}
		}
		for sub := range g.subgroups {
			if sub.purge || sub.gone {
				delete(g.subgroups, sub)
			}
		}
	}
}

// rehire adds a new person under the name of one who was deleted.
func (v *inventor) rehire(old *Person) {
	old.rehired = true
	w := slices.Clone(old.want)
	w[active], w[title] = "True", pick(v, jobs)
	p := newPerson(len(v.src.People), w)
	p.manager = v.boss(p)
	v.src.People = append(v.src.People, p)
}

func (v *inventor) promote(p *Person) {
	p.want[title], p.want[department] = "Senior "+strings.ToLower(pick(v, jobs)), pick(v, departments)
}

// marry changes the surname and all that is made from it.
func (v *inventor) marry(p *Person) {
	family, inLatin := latin(pick(v, surnames))
	first, _, _ := strings.Cut(p.want[userName], ".")
	first, _, _ = strings.Cut(first, "@")
	p.want[surname] = family
	p.want[displayName] = ""
	p.want[userName] = v.free(account(first)+"."+account(inLatin), "@"+v.domain)
	if p.want[mail] != "" {
		p.want[mail] = p.want[userName]
	}
	complete(p.want)
}

func (v *inventor) newMail(p *Person) {
	name, _, _ := strings.Cut(p.want[userName], "@")
	name, _, _ = strings.Cut(name, "+")
	p.want[mail] = name + "+" + guid(p.want[mail])[:4] + "@" + v.domain
	complete(p.want)
}

func (v *inventor) newPhone(p *Person) {
	p.want[mobile] = v.phone("+49 170 ")
	if v.IntN(4) == 0 {
		p.want[fax] = v.phone("+49 40 ")
	}
}

// newDuty changes what comes with another job: the role, the licence, the badge.
func (v *inventor) newDuty(p *Person) {
	v.assign(p.want)
	for i, value := range map[int]string{
		licence: "forklift-" + strconv.Itoa(v.IntN(40)), badge: fmt.Sprintf("%08d", v.IntN(100_000_000)),
		otherMail: p.want[employeeID] + "@post.example", homePhone: "",
	} {
		if !v.absent[i] {
			p.want[i] = value
		}
	}
}

func (v *inventor) clearTitle(p *Person) { p.want[title] = "" }

func (v *inventor) newManager(p *Person) { p.manager = v.boss(p) }

func (v *inventor) noManager(p *Person) { p.manager = nil }

func (v *inventor) disable(p *Person) { p.want[active] = "False" }

// leave disables a person now, to be deleted in the next cycle. The reports go to the next manager up.
func (v *inventor) leave(p *Person) {
	if len(v.here()) < 5 {
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

func (v *inventor) changeGroups() {
	groups, here := v.groups(), v.here()
	if len(groups) == 0 || len(here) == 0 {
		return
	}
	for range share(len(groups), 20) {
		g := pick(v, groups)
		g.want[groupName] = v.free(pick(v, teams), "")
	}
	for range share(len(groups), 100) {
		g := pick(v, groups)
		for range 1 + v.IntN(5) {
			g.members[pick(v, here)] = true
		}
		g = pick(v, groups)
		for range 1 + v.IntN(5) {
			if p := pick(v, here); g.members[p] {
				delete(g.members, p)
			}
		}
		if p := v.anyMember(g); p != nil && len(g.members) > 2 {
			delete(g.members, p)
		}
	}
	for range share(len(groups), 20) {
		clear(pick(v, groups).subgroups)
		v.nest(pick(v, groups), pick(v, groups))
	}
	if len(groups) > 4 && v.IntN(2) == 0 {
		groups[len(groups)-1].purge = true
		v.found()
	}
}

// anyMember picks the member that comes first from a random place in the source, nil of an empty group.
func (v *inventor) anyMember(g *Group) *Person {
	people := v.src.People
	for i, start := 0, v.IntN(len(people)); i < len(people); i++ {
		if p := people[(start+i)%len(people)]; g.members[p] {
			return p
		}
	}
	return nil
}

// here are the people neither deleted nor about to be.
func (v *inventor) here() []*Person {
	return slices.DeleteFunc(slices.Clone(v.src.People), func(p *Person) bool { return p.leaving || p.gone || p.purge })
}

func (v *inventor) groups() []*Group {
	return slices.DeleteFunc(slices.Clone(v.src.Groups), func(g *Group) bool { return g.gone || g.purge })
}

func share(n, perMille int) int {
	if n == 0 {
		return 0
	}
	return max(1, n*perMille/1000)
}
