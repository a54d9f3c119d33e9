package api

import (
	"fmt"
	"strconv"
)

const (
	pageRows = 100  // in a page of any list
	maxDays  = 3650 // that any figures look back
)

// page is what is shown of up to pageRows+1 rows, and the after of the page
// behind it: 0 when this is the last one.
func page[T any](rows []T, id func(T) int64) (shown []T, next int64) {
	if len(rows) <= pageRows {
		return rows, 0
	}
	return rows[:pageRows], id(rows[pageRows-1])
}

// after is where the page asked for begins; 0 is the first one.
func (c call) after() (int64, error) {
	text := c.r.URL.Query().Get("after")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, invalid{"after must be the next of the page before, a whole number"}
	}
	return n, nil
}

// days is how many days the caller wants to look back.
func (c call) days(byDefault int) (int, error) {
	text := c.r.URL.Query().Get("days")
	if text == "" {
		return byDefault, nil
	}
	days, err := strconv.Atoi(text)
	if err != nil || days < 1 || days > maxDays {
		return 0, invalid{fmt.Sprintf("days must be from 1 to %d", maxDays)}
	}
	return days, nil
}
