package schematype

import "fmt"

// Violation says what a validator of the model finds wrong with a value. ent
// returns it inside a ValidationError, which names the column.
type Violation struct {
	// Reason completes a sentence that begins with the field's name, such as
	// "must not be empty". It is safe to show.
	Reason string
}

// Error returns the reason.
func (v *Violation) Error() string { return v.Reason }

// NotEmpty refuses the empty text.
func NotEmpty(s string) error {
	if s == "" {
		return &Violation{"must not be empty"}
	}
	return nil
}

// AtMost returns a validator that refuses text of more than n characters.
func AtMost(n int) func(string) error {
	return func(s string) error {
		if len([]rune(s)) > n {
			return &Violation{fmt.Sprintf("is longer than %d characters", n)}
		}
		return nil
	}
}
