package load

import "github.com/google/uuid"

// Owner is what has fields of its own: a company, or something in it.
type Owner struct {
	Company   uuid.UUID
	Directory uuid.UUID // zero for what is in none
	ID        uuid.UUID
}

// IDs returns the ids of owners.
func IDs(owners []Owner) []uuid.UUID {
	ids := make([]uuid.UUID, len(owners))
	for i, o := range owners {
		ids[i] = o.ID
	}
	return ids
}
