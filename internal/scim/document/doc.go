// Package document is the one place where the attributes of a user or group,
// which Go holds in a struct, become the JSON of RFC 7643 and come back from it.
//
// A [Form] is made once for each resource type from two descriptions: the tags
// of the struct (see schematype.UserAttributes) say which attributes there are,
// and package schema says in which object and in which order each one stands.
// So a new attribute needs no code here.
//
// The JSON has two shapes. [Form.Document] and [Form.Read] convert to and from
// the normal form of package patch, a map of what a client can write.
// [Form.Append] writes a resource as it is answered, without making a map.
//
//   - form.go: which field is which attribute
//   - value.go: a field and its value in a document
//   - write.go: a resource as text
//
// Read fails with an error that is safe to show where a value is not of its
// attribute's type, which no document in normal form has.
package document
