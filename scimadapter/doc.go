// Package scimadapter serves a directory over SCIM 2.0 (RFC 7643, RFC 7644). It
// parses requests, maps them, calls the operations that GraphQL calls too, and
// renders their answers. It has no rule of its own about users and groups.
//
// The key of a request chooses the directory, so all directories share one
// URL. Filters and paths are read by package filter, attributes are described
// by package schema, and PATCH is carried out by package patch, whose
// documentation lists the dialects it understands. Package document writes
// attributes as JSON and reads them.
//
// The files, in the order in which a request meets them:
//
//   - adapter.go: the operations it calls, the configuration, the routes
//   - request.go, query.go: how an HTTP request is read
//   - admission.go: the turns that bound what a key does at a time
//   - users.go, groups.go, me.go: one function for each method of an endpoint
//   - not_found.go: 404 before 400
//   - resource.go: attributes changed by PATCH, and written with their resource
//   - members.go, member_ids.go, user_groups.go: memberships, seen from both sides
//   - list.go, cursor.go, search.go, search_all.go: lists and queries
//   - bulk.go, bulk_order.go, bulk_reference.go, bulk_item.go: bulk requests
//   - discovery.go: what the server can do
//   - projection.go, etag.go, response_cache.go: what is left out, versions, the response cache
//   - response.go, errors.go, record.go: answers, errors, and the record of both
//
// A request fails with an error of package patch, filter or graph, or with one
// of its own; errors.go has the status and scimType of each.
//
// # Where RFC 7644 and identity providers disagree
//
//   - PATCH of a user answers 200 with the user, PATCH of a group 204 unless
//     attributes are asked for (§3.5.2 allows both). Microsoft's tests read a
//     user's answer, and a group need not be read to change its members.
//   - Removing members with a list of values removes these only. By §3.5.2.2
//     the value is ignored, which would empty the group; Entra means the list.
//   - A removal that finds nothing is no error (§3.5.2.2 allows noTarget),
//     since it is repeated in every cycle.
//   - PATCH selects members by a filter that says which, by value or $ref, and
//     maybe what they are (§3.5.2 has any filter), else it is 400 invalidFilter:
//     for all else every member would have to be read. display is not compared.
//   - A new member who does not exist is 400 invalidValue and is named: Entra
//     does not count that against the job, and nobody becomes a member in
//     appearance only.
//   - A replace or add with a value path that selects nothing makes the element
//     (§3.5.2.3 has noTarget): Entra goes by its own view of what there is. Only
//     comparisons by eq joined by and say what to make; others are noTarget.
//   - Where a value path selects several elements of one type, which the RFC
//     allows and Entra cannot tell apart, the primary one is written, else the
//     first.
//   - Keys of a value without path are paths, dotted and with URNs (§3.5.2 does
//     not say): Entra sends them under its flag. No attribute gets such a name.
//   - Booleans may be the texts true and false in any case, which the RFC has
//     as invalidValue: Entra's default dialect knows no other. No other text is.
//   - "" unsets, as null and [] do (RFC 7643 §2.5 has "" as a value): Entra clears
//     with it, and null comes from its tests.
//   - Bare text for a complex attribute is its value, where it has one: managers,
//     members and roles come so.
//   - Values in filters may lack quotes and booleans may have them: both are in
//     Microsoft's documentation, and neither can mean anything else. Values in
//     other quotation marks are 400: they would find nobody, or be stored so.
//   - An empty filter is 400: it would find everybody. Other empty parameters
//     are as good as not there; an empty cursor is the start of a list.
//   - A query that writes blanks as %20 has + as a plus, any other as a blank,
//     because there are encoders of both kinds.
//   - No Operations at all change nothing (§3.5.2 wants one or more): clients
//     send what is left after they left out what they may not send.
//   - Unknown attributes are ignored and reported (§3.5.2 has invalidPath): one
//     mapping of an administrator too many must not stop every change of
//     everybody.
//   - What is read-only is passed over, in PATCH as in PUT (§3.5.1 has the latter,
//     §3.5.2 has mutability): Okta sends a group's id with its new name.
//   - A parameter of a list that comes twice is 400: to obey one filter of two
//     would be the wrong answer. The RFC does not say.
//   - userName and a group's displayName are unique in a directory ignoring
//     case (409 uniqueness), also against disabled users. A create that is
//     sent again is 409 too, because Microsoft's validator demands it.
//   - externalId is not unique: Entra fills it from an attribute that is not.
//   - The userName and a group's displayName cannot be cleared. Clearing
//     active, or leaving it out of a PUT, changes nothing: there is no third
//     state, and a forgotten attribute must not let anybody in again. All else
//     that a PUT leaves out is cleared (§3.5.1), the members of a group too.
//   - The manager is kept as it was given, also when there is no such user:
//     references may come before what they refer to.
//   - groups of a user are answered only when they are asked for, so that
//     reading a user reads one row. A member's display is not answered.
//   - A page may be shorter than count where groups have very many members, or
//     resources are very large; §3.4.2.4 allows it, and clients go on at
//     startIndex plus itemsPerPage. excludedAttributes=members avoids the first.
//   - Without sortBy lists are in the order of creation, so that no page misses
//     anyone: for a minute the server remembers, for each key, where the page
//     after the last one starts. Another replica does not know it, and goes by
//     the index alone; cursors are exact everywhere. What is sorted by something
//     else is compared by the bytes of its first 512 characters, in lower case
//     unless the attribute is caseExact.
//   - Cursors (RFC 9865) are places in a list and hold the value it is sorted by.
//     They never expire, count only in the list they come from, and go both
//     ways. A list is paged by index unless a cursor, empty at first, is given.
//   - /Me is 501 (§3.11): a key is no user.
//   - Each operation of a bulk request is a transaction of its own and comes
//     behind those it refers to. A reference to what was not made fails the
//     operation with 400. Resources that refer to each other in a circle, such
//     as managers, are made in one transaction, first without and then with
//     these references; groups that would contain each other are 409 (§3.7.1).
//     Only errors have a response in the answer (§3.7.3). PATCH of a group tells
//     its version there, so its status is 200. Each operation leaves a request
//     record, and so does the whole; the whole counts once for its key's rate.
//   - A search over all resource types has the users before the groups, each in
//     the order asked for, and pages by index. Those of a type that lacks the
//     attribute of sortBy are the last, and the first in descending order.
//   - A filter or an order that takes too long is 400 tooMany; anything else that does is
//     503 with Retry-After, for the client to try again.
//   - If-Match is honoured and never required; Entra sends none.
//   - Slashes at the end of a path and doubled ones count for nothing, names
//     of query parameters may be in any case, unknown ones are passed over,
//     and the bare URL answers like /ServiceProviderConfig unless it has
//     parameters of a list: administrators paste URLs in all of these forms.
//   - A body may be application/scim+json, application/json or of no type at
//     all. Every answer with a body is application/scim+json.
package scimadapter
