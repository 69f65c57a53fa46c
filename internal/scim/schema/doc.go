// Package schema describes the attributes of users and groups once, as data:
// RFC 7643 §4 with the characteristics of §7. Discovery, parsing, filtering
// and documentation are driven by it.
//
// The schemas are shared and must not be changed.
package schema
