// Package patch applies PATCH requests of RFC 7644 §3.5.2 to a resource, and
// brings the bodies of POST and PUT into the same form. It knows no storage:
// a resource is a JSON document decoded with Decode.
//
// A document in normal form has canonical attribute names, no empty values,
// and beside the core attributes one object per extension under its URN.
//
// Entra ID speaks two dialects of PATCH, chosen by a flag in its settings, and
// other clients have their own. All are understood at all times:
//
//   - the op in any case; names in any case; the core URN before a name;
//   - keys of a value without path are paths: "name.givenName",
//     "urn:…:User:department", and nested objects are merged;
//   - true and false as text, also in a filter, and in an array of one;
//   - bare text for a complex attribute that has a value: a manager, a member;
//   - "", null, [] and {} unset an attribute. Only an add takes nothing away
//     from a list or an object: of these it unsets single texts alone;
//   - a remove with null or "" for a value has none; [] and {} are one, which
//     names nothing;
//   - a list of one stands for what is in it, a number for its text, and an
//     object with a value and nothing else for the value, also in extensions
//     that have no schema here;
//   - other URNs of the schemas of RFC 7643, OneLogin's say, and a dot for the
//     colon behind a URN that ends in a version;
//   - a filter on an attribute with one value, which changes it where it matches;
//   - a write through emails[type eq "work"] that selects no element creates
//     it; one that selects several changes the primary, else the first, and
//     clears all, so that to clear again changes nothing;
//   - a removal with a list of values removes these only; one that selects
//     nothing is no error;
//   - an attribute that does not exist or is read-only is reported and
//     otherwise ignored, so that one bad mapping does not stop every update, and
//     so is a path that can name none. A filter that cannot be read is refused.
package patch

// Limits of one request or resource. Beyond them a request fails with
// InvalidValue or, while decoding, InvalidSyntax.
const (
	MaxDepth            = 32     // nested objects and arrays in a body
	MaxOperations       = 1_000  // operations in a request
	MaxElements         = 200    // elements of one multi-valued attribute of a resource
	MaxMembers          = 20_000 // members named in one request
	MaxCustomAttributes = 200    // attributes in all custom extensions of a resource
	maxIgnored          = 100    // reports of ignored input; the rest goes unmentioned
)
