// Package tables holds what the migrations are planned from: ent's tables, with
// the keys that ent cannot express. Only tests import it: atlas, which compares
// tables, comes with it.
//
// A primary key is led by the directory or company of its row, and a foreign
// key is composite likewise, so that the database itself refuses a reference
// across and the tables can be distributed by that column.
package tables
