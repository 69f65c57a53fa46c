package bench_test

// search is the first page of a search of the directory, or of the company,
// with all that a list of people shows.
func (in *installation) search(query string, directory bool) request {
	const fields = `{ edges { score highlights { field parts } node { id displayName title department emails { value } } } pageInfo { hasNextPage endCursor } }`
	if directory {
		return in.graphql(searchPoints, `query($d: ID!, $q: String!) { users(directoryId: $d, first: 20, query: $q) `+fields+` }`, map[string]any{"d": in.directory, "q": query})
	}
	return in.graphql(searchPoints, `query($q: String!) { users(first: 20, query: $q) `+fields+` }`, map[string]any{"q": query})
}

// searchPoints are at least what a search costs of a key's budget.
const searchPoints = 300
