package schematype

// Violation says what a validator of the model finds wrong with a value. ent
// returns it inside a ValidationError, which names the column.
type Violation struct {
	// Reason completes a sentence that begins with the field's name, such as
	// "must not be empty". It is safe to show.
	Reason string
}

// Error returns the reason.
func (v *Violation) Error() string { return v.Reason }
