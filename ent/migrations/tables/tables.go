package tables

import (
	"slices"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"github.com/feddir/feddir/ent/generated/migrate"
	"github.com/feddir/feddir/ent/migrations"
)

// keys are the keys of one table.
type keys struct {
	primary []string
	foreign []foreignKey
}

type foreignKey struct {
	columns []string
	table   string
	refs    []string
	onDel   schema.ReferenceOption
}

func cascade(table string, pairs ...string) foreignKey {
	return reference(schema.Cascade, table, pairs...)
}

// reference takes pairs of a column and the column of table it refers to.
func reference(onDelete schema.ReferenceOption, table string, pairs ...string) foreignKey {
	fk := foreignKey{table: table, onDel: onDelete}
	for i := 0; i < len(pairs); i += 2 {
		fk.columns = append(fk.columns, pairs[i])
		fk.refs = append(fk.refs, pairs[i+1])
	}
	return fk
}

// ownDirectory holds that a row is in a directory of its own company. What
// refers to a user or group needs it too: such a key names the directory only.
var ownDirectory = cascade("directories", "company_id", "company_id", "directory_id", "id")

var ownClient = cascade("oauth_clients", "company_id", "company_id", "client_id", "id")

var ownAccount = cascade("accounts", "company_id", "company_id", "account_id", "id")

// tableKeys has every table there is.
//
// Changes refer to nothing: they outlive what they tell of, and a reference
// to the company would make each transaction lock the company's row. Request
// records and cycles refer to nothing either: a directory may have too many to be
// deleted with it in one statement, so retention deletes what it leaves, led by its
// health.
var tableKeys = map[string]keys{
	"companies":           {primary: []string{"id"}},
	"directories":         {[]string{"company_id", "id"}, []foreignKey{cascade("companies", "company_id", "id")}},
	"directory_counts":    {[]string{"directory_id"}, []foreignKey{ownDirectory}},
	"keys":                {[]string{"company_id", "id"}, []foreignKey{cascade("companies", "company_id", "id"), ownDirectory, reference(schema.NoAction, "keys", "company_id", "company_id", "successor_id", "id"), ownClient}},
	"oauth_clients":       {[]string{"company_id", "id"}, []foreignKey{ownDirectory}},
	"access_tokens":       {[]string{"company_id", "id"}, []foreignKey{ownDirectory, ownClient, cascade("keys", "company_id", "company_id", "key_id", "id")}},
	"users":               {[]string{"directory_id", "id"}, []foreignKey{ownDirectory}},
	"user_values":         {[]string{"directory_id", "user_id", "id"}, []foreignKey{ownDirectory, cascade("users", "directory_id", "directory_id", "user_id", "id")}},
	"groups":              {[]string{"directory_id", "id"}, []foreignKey{ownDirectory}},
	"memberships":         {[]string{"directory_id", "id"}, []foreignKey{ownDirectory, cascade("groups", "directory_id", "directory_id", "group_id", "id"), cascade("users", "directory_id", "directory_id", "user_id", "id"), cascade("groups", "directory_id", "directory_id", "subgroup_id", "id")}},
	"changes":             {primary: []string{"company_id", "id"}},
	"request_records":     {primary: []string{"directory_id", "id"}},
	"provisioning_cycles": {primary: []string{"directory_id", "id"}},
	"directory_healths":   {primary: []string{"directory_id"}},
	"feeds":               {[]string{"company_id"}, []foreignKey{cascade("companies", "company_id", "id")}},
	"accounts":            {[]string{"company_id", "id"}, []foreignKey{cascade("companies", "company_id", "id")}},
	"identities":          {[]string{"company_id", "id"}, []foreignKey{ownAccount}},
	"passkeys":            {[]string{"company_id", "id"}, []foreignKey{ownAccount}},
	"sessions":            {[]string{"company_id", "id"}, []foreignKey{ownAccount}},
	"sign_in_links":       {[]string{"company_id", "id"}, []foreignKey{ownAccount}},
	"invitations":         {[]string{"company_id", "id"}, []foreignKey{cascade("companies", "company_id", "id")}},
	"identity_providers":  {[]string{"company_id", "id"}, []foreignKey{cascade("companies", "company_id", "id")}},
	"idempotency_records": {[]string{"company_id", "id"}, []foreignKey{cascade("companies", "company_id", "id")}},
}

// byteOrder are the columns compared byte by byte on PostgreSQL, whatever the
// locale of the database: prefixes become ranges there, and an index serves them.
var byteOrder = map[string]bool{
	"short_name_key": true, "user_name_key": true, "display_name_key": true, "value_key": true, "type_key": true,
	"external_id": true, "manager": true, "target_key": true, "sort_name": true, "name_key": true,
}

// Of returns the tables as the migrations of a dialect must leave them.
func Of(d string) []*schema.Table {
	tables, err := schema.CopyTables(migrate.Tables)
	if err != nil {
		panic(err) // the generated tables are constant
	}
	byName := make(map[string]*schema.Table, len(tables))
	for _, t := range tables {
		byName[t.Name] = t
	}
	tables = append(tables, secrets())
	for _, t := range tables {
		if !migrations.Installation[t.Name] {
			setKeys(t, byName)
		}
		for _, c := range t.Columns {
			if d == dialect.Postgres && byteOrder[c.Name] {
				c.Collation = "C"
			}
		}
	}
	return tables
}

func secrets() *schema.Table {
	name := &schema.Column{Name: "name", Type: field.TypeString, Size: 64}
	return schema.NewTable(migrations.Secrets).AddPrimary(name).
		AddColumn(&schema.Column{Name: "secret", Type: field.TypeString, Size: 64})
}

func setKeys(t *schema.Table, byName map[string]*schema.Table) {
	k, ok := tableKeys[t.Name]
	if !ok {
		panic("no keys for table " + t.Name)
	}
	t.PrimaryKey = columns(t, k.primary)
	putFirst(t, t.PrimaryKey)
	t.ForeignKeys = nil
	for _, fk := range k.foreign {
		ref := byName[fk.table]
		t.ForeignKeys = append(t.ForeignKeys, &schema.ForeignKey{
			Symbol:     t.Name + "_" + fk.columns[len(fk.columns)-1] + "_fkey",
			Columns:    columns(t, fk.columns),
			RefTable:   ref,
			RefColumns: columns(ref, fk.refs),
			OnDelete:   fk.onDel,
		})
	}
}

// putFirst makes the columns of the key the table's first, in the key's order:
// reading a SQLite table back, atlas takes the key in the order of its columns.
func putFirst(t *schema.Table, key []*schema.Column) {
	rest := slices.DeleteFunc(slices.Clone(t.Columns), func(c *schema.Column) bool { return slices.Contains(key, c) })
	t.Columns = append(slices.Clone(key), rest...)
}

func columns(t *schema.Table, names []string) []*schema.Column {
	found := make([]*schema.Column, len(names))
	for i, name := range names {
		for _, c := range t.Columns {
			if c.Name == name {
				found[i] = c
			}
		}
		if found[i] == nil {
			panic(t.Name + " has no column " + name)
		}
	}
	return found
}
