package graph

//go:generate go run -C .. github.com/99designs/gqlgen generate
//go:generate go test -run TestPublishedSchemaIsCurrent -update .
//go:generate go test ./snapshot -run TestFieldsWithResolversAreCurrent -update
