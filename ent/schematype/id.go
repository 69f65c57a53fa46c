package schematype

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// Type is the type of a resource, as one byte of its id tells it.
type Type byte

// The types of resource that have an id of their own.
const (
	TypeCompany          Type = 0x01
	TypeDirectory        Type = 0x02
	TypeKey              Type = 0x03
	TypeUser             Type = 0x04
	TypeGroup            Type = 0x05
	TypeMembership       Type = 0x06
	TypeChange           Type = 0x07
	TypeOAuthClient      Type = 0x08
	TypeRequestRecord    Type = 0x09
	TypeAccount          Type = 0x0a
	TypeIdentityProvider Type = 0x0b
	TypeInvitation       Type = 0x0c
	TypeSession          Type = 0x0d
	TypePasskey          Type = 0x0e
	TypeOther            Type = 0x7f // rows no one outside ever names
)

// typeByte is the byte of an id that holds its type: the first of the random
// part of a UUIDv7 (RFC 9562 §5.7) that holds no variant bits.
const typeByte = 9

// NewID returns a new id for a resource of type t: a UUIDv7, so ids grow with
// time, with one byte of its random part naming the type. Ids are never reused.
func NewID(t Type) uuid.UUID {
	id := uuid.Must(uuid.NewV7())
	id[typeByte] = byte(t)
	return id
}

// NewIDAt is NewID with the time that the id carries.
func NewIDAt(t Type, at time.Time) uuid.UUID {
	id, first := NewID(t), FirstIDAt(at)
	copy(id[:6], first[:6])
	return id
}

// FirstIDAt returns the id that all ids made before a time are smaller than,
// and all others greater.
func FirstIDAt(at time.Time) (id uuid.UUID) {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(max(at.UnixMilli(), 0)))
	copy(id[:6], ms[2:])
	return id
}

// TypeOf returns the type that an id names. The result means nothing for an
// id that NewID did not make.
func TypeOf(id uuid.UUID) Type { return Type(id[typeByte]) }

// ParseID reads an id as clients send it. What is malformed, in another
// spelling than ours, or of another type than t gives uuid.Nil: to the one who
// asks, such an id is simply one that does not exist.
func ParseID(s string, t Type) uuid.UUID {
	id := ParseAnyID(s)
	if TypeOf(id) != t {
		return uuid.Nil
	}
	return id
}

// ParseAnyID is ParseID for an id of any type.
func ParseAnyID(s string) uuid.UUID {
	if len(s) != 36 {
		return uuid.Nil
	}
	id, err := uuid.Parse(s)
	if err != nil || id.String() != s || id.Version() != 7 {
		return uuid.Nil
	}
	return id
}
