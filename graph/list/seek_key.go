package list

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// SeekKey is where a row stands in an ordered list: the values that it is
// ordered by, each as text and joined by NUL, which no stored text has, and
// the id. Values is empty in the order of ids.
type SeekKey struct {
	Values string
	ID     uuid.UUID
}

const separator = "\x00"

// values are those of a seek key in an order, the id last.
func (o Order) values(k SeekKey) ([]any, error) {
	values := make([]any, 0, len(o.columns)+1)
	texts := strings.SplitN(k.Values, separator, max(len(o.columns), 1))
	if len(texts) < len(o.columns) {
		return nil, fmt.Errorf("list: a seek key has not %d columns", len(o.columns))
	}
	for i, c := range o.columns {
		var value any = texts[i]
		if c.parse != nil {
			var err error
			if value, err = c.parse(texts[i]); err != nil {
				return nil, err
			}
		}
		values = append(values, value)
	}
	if !o.unique {
		values = append(values, k.ID)
	}
	return values, nil
}
