package simulate

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A source file's limits.
const (
	maxFileBytes = 256 << 20
	maxPeople    = 1_000_000
)

// record is one person of a source file, references by name.
type record struct {
	line    string // where it stands, for messages
	values  values
	manager string
	groups  []string
}

// Shorter names people give Entra's columns.
var columnAliases = map[string]string{
	"username": "userprincipalname", "upn": "userprincipalname", "title": "jobtitle", "email": "mail",
	"language": "preferredlanguage", "familyname": "surname", "lastname": "surname", "firstname": "givenname",
	"office": "physicaldeliveryofficename", "street": "streetaddress", "telephone": "telephonenumber",
	"phone": "telephonenumber", "fax": "facsimiletelephonenumber", "externalid": "mailnickname",
	"employeenumber": "employeeid", "accountenabled": "active",
}

// load reads a source file, JSON or CSV by its name.
func load(name string) (*Source, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := &io.LimitedReader{R: f, N: maxFileBytes}
	var src *Source
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json":
		src, err = readJSON(r)
	case ".csv":
		src, err = readCSV(r)
	default:
		return nil, fmt.Errorf("%s: a source file ends in .json or .csv", name)
	}
	if r.N == 0 {
		err = fmt.Errorf("larger than %d MB", maxFileBytes>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return src, nil
}

// readCSV reads people from a table with a header line; groups come from the column "groups".
func readCSV(r io.Reader) (*Source, error) {
	table := csv.NewReader(r)
	header, err := table.Read()
	if err != nil {
		return nil, fmt.Errorf("header line: %w", err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	var records []record
	for {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			return resolve(records, nil)
		}
		if err != nil {
			return nil, err
		}
		line, _ := table.FieldPos(0)
		rec := record{line: "line " + strconv.Itoa(line), values: make(values, userValues)}
		for i, cell := range row {
			if err := rec.set(header[i], cell); err != nil {
				return nil, err
			}
		}
		if records = append(records, rec); len(records) > maxPeople {
			return nil, fmt.Errorf("more than %d people", maxPeople)
		}
	}
}

// readJSON reads {"people":[…],"groups":[…]}.
func readJSON(r io.Reader) (*Source, error) {
	var file struct {
		People []map[string]any `json:"people"`
		Groups []namedGroup     `json:"groups"`
	}
	d := json.NewDecoder(r)
	d.UseNumber()
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, err
	}
	if len(file.People) > maxPeople {
		return nil, fmt.Errorf("more than %d people", maxPeople)
	}
	records := make([]record, len(file.People))
	for i, person := range file.People {
		records[i] = record{line: "person " + strconv.Itoa(i+1), values: make(values, userValues)}
		for name, v := range person {
			if err := records[i].setJSON(name, v); err != nil {
				return nil, err
			}
		}
	}
	return resolve(records, file.Groups)
}

func (r *record) setJSON(name string, v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case string, json.Number, bool:
		return r.set(name, fmt.Sprint(v))
	case []any:
		if !strings.EqualFold(name, "groups") {
			break
		}
		for _, g := range v {
			text, ok := g.(string)
			if !ok {
				return fmt.Errorf("%s: a group is named by text", r.line)
			}
			r.groups = append(r.groups, text)
		}
		return nil
	}
	return fmt.Errorf("%s: %s has a value of the wrong type", r.line, name)
}

// set gives the record the value of a column.
func (r *record) set(column, value string) error {
	name := strings.ToLower(strings.TrimSpace(column))
	if full, ok := columnAliases[name]; ok {
		name = full
	}
	switch name {
	case "manager":
		r.manager = value
		return nil
	case "groups":
		for g := range strings.SplitSeq(value, ";") {
			if g = strings.TrimSpace(g); g != "" {
				r.groups = append(r.groups, g)
			}
		}
		return nil
	}
	for i, a := range userType.mapping {
		if !strings.EqualFold(a.column, name) {
			continue
		}
		if a.boolean && value != "" {
			b, err := strconv.ParseBool(strings.ToLower(value))
			if err != nil {
				return fmt.Errorf("%s: %s is true or false, not %q", r.line, column, value)
			}
			value = boolText(b)
		}
		r.values[i] = value
		return nil
	}
	return fmt.Errorf("unknown column %q; known are %s", column, strings.Join(columns(), ", "))
}

func columns() []string {
	names := []string{"manager", "groups"}
	for _, a := range userType.mapping {
		if a.column != "" {
			names = append(names, a.column)
		}
	}
	return names
}

// namedGroup is a group of a source file.
type namedGroup struct {
	DisplayName string   `json:"displayName"`
	Members     []string `json:"members"`
}

// resolve turns names into references. It ignores the case of names, as SCIM does for userName.
func resolve(records []record, groups []namedGroup) (*Source, error) {
	src := &Source{}
	people := map[string]*Person{}
	for i, r := range records {
		name := strings.ToLower(r.values[userName])
		switch {
		case name == "":
			return nil, fmt.Errorf("%s: userPrincipalName is empty", r.line)
		case people[name] != nil:
			return nil, fmt.Errorf("%s: the file has %s twice", r.line, r.values[userName])
		}
		complete(r.values)
		p := newPerson(i, r.values)
		people[name] = p
		src.People = append(src.People, p)
	}
	byName := map[string]*Group{}
	group := func(name string) *Group {
		g := byName[strings.ToLower(name)]
		if g == nil {
			g = newGroup(len(src.Groups), name)
			byName[strings.ToLower(name)] = g
			src.Groups = append(src.Groups, g)
		}
		return g
	}
	for _, n := range groups {
		if n.DisplayName == "" {
			return nil, errors.New("a group has no displayName")
		}
		for _, m := range n.Members {
			p := people[strings.ToLower(m)]
			if p == nil {
				return nil, fmt.Errorf("group %s: member %s is not among the people", n.DisplayName, m)
			}
			group(n.DisplayName).members[p] = true
		}
		group(n.DisplayName)
	}
	for i, r := range records {
		p := src.People[i]
		for _, g := range r.groups {
			group(g).members[p] = true
		}
		if r.manager == "" {
			continue
		}
		if p.manager = people[strings.ToLower(r.manager)]; p.manager == nil || p.manager == p {
			return nil, fmt.Errorf("%s: manager %s is not another person of the file", r.line, r.manager)
		}
	}
	return src, nil
}
