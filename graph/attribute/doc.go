// Package attribute holds what clients can write of users and groups as tables:
// which field is which attribute and which column, what may be stored, and what
// a change altered. It reads and writes no rows.
//
// In reading order: table.go ties attributes to columns, normalize.go brings
// them into the form that is stored, lengths.go bounds them, values.go has
// attributes by their names, as changes record them, set.go has sets of them, user_columns.go the columns
// that a user's row is read by and those that follow from attributes.
//
// Normalize and Difference fail with apierror.Invalid, about the attribute that
// cannot be stored.
package attribute
