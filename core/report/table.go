package report

import "strconv"

// Least is how many people a count must be of to be shown: fewer could be known by
// those around them.
const Least = 5

// Cell is the count of one group. A hidden one is of 1 to Least-1 people, and its
// Count is 0.
type Cell struct {
	Name   string
	Count  int64
	Hidden bool
}

// String is the count as it is shown.
func (c Cell) String() string {
	if c.Hidden {
		return "<" + strconv.Itoa(Least)
	}
	return strconv.FormatInt(c.Count, 10)
}

// Table is how people fall into groups, each person into one. Total is nil where a
// cell is hidden: less the cells shown, it would tell what the hidden ones are.
type Table struct {
	Cells []Cell
	Total *int64
}

// Add puts a group into the table. The total is withheld rather than a second cell:
// which cell went with the first, and when one was enough, would depend on the
// hidden count and so tell of it.
func (t *Table) Add(name string, count int64) {
	small := count > 0 && count < Least
	if small {
		count = 0
	}
	switch first := len(t.Cells) == 0; {
	case small:
		t.Total = nil
	case first:
		t.Total = &count
	case t.Total != nil:
		sum := *t.Total + count
		t.Total = &sum
	}
	t.Cells = append(t.Cells, Cell{name, count, small})
}
