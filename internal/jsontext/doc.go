// Package jsontext reads and writes JSON as this program has it, and finds in a
// text what encoding/json passes over or replaces without a word.
package jsontext
