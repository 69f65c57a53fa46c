package attribute

// Set is a set of attributes as it is stored: one bit for each, in the order in
// which the type of the attributes has them. So attributes are only appended to
// that.
type Set int64

// SetOf returns the set of some attributes.
func SetOf(some []Attribute) (s Set) {
	for _, attr := range some {
		s |= 1 << attr.field
	}
	return s
}

// In returns those of some attributes that are in the set.
func (s Set) In(some []Attribute) (in []Attribute) {
	for _, attr := range some {
		if s&(1<<attr.field) != 0 {
			in = append(in, attr)
		}
	}
	return in
}

// Name returns the name of the attribute, as inputs of GraphQL have it.
func (a Attribute) Name() string {
	if a.name == "manager" {
		return "managerValue"
	}
	return a.name
}
