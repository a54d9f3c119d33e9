package report

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Least is how many people a count must be of to be told: fewer could be known by those
// around them.
const Least = 5

// Count is what is told of a number of people: from so many to so many, to the unit
// when the two are equal.
type Count struct{ From, To int64 }

// few is every count that is too small to be told.
var few = Count{1, Least - 1}

// told is a count that stands alone, of nobody's parts.
func told(n int64) Count {
	if n > 0 && n < Least {
		return few
	}
	return Count{n, n}
}

// Exact says whether the count is told to the unit.
func (c Count) Exact() bool { return c.From == c.To }

// String is the count as people read it: 14, <5 or 10–13.
func (c Count) String() string {
	switch {
	case c.Exact():
		return strconv.FormatInt(c.From, 10)
	case c == few:
		return "<" + strconv.Itoa(Least)
	}
	return fmt.Sprintf("%d–%d", c.From, c.To)
}

// MarshalJSON writes both ends, and what people read.
func (c Count) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"from": c.From, "to": c.To, "shown": c.String()})
}
