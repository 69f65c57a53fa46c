// Package jsontext finds in a JSON text what encoding/json passes over or
// replaces without a word.
package jsontext
