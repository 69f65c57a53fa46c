// Package filter reads the two small languages of SCIM: filters of RFC 7644
// §3.4.2.2 and PATCH paths of §3.5.2. It knows no schema: names stay as the
// client spelled them and are resolved by whoever compiles the tree.
//
// Beyond the grammar it takes what identity providers are known to send:
//
//   - a comparison after a value path, emails[type eq "work"].value eq "x",
//     which becomes emails[type eq "work" and value eq "x"];
//   - a bare word as a string: externalId eq jyoung42, userName sw O. A word
//     that begins or ends with another quotation mark is refused, since what
//     stands in 'work' is meant to be work;
//   - the attribute's own name between brackets: emails[emails.type eq "work"];
//   - a dot after a schema URN, urn:…:2.0:User.manager, and the URN alone.
package filter

// Limits of one filter or path. Beyond them Parse and ParsePath fail; nothing
// recurses deeper than MaxDepth.
const (
	MaxLength = 8 << 10 // bytes of text
	MaxDepth  = 32      // nested parentheses, not, and brackets
	MaxTerms  = 64      // comparisons and presence tests
)
