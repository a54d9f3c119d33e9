package emulator

import "time"

// quota counts requests of one day, which begins at midnight in Moscow.
type quota struct {
	day   string
	spent map[string]int // by whoever has the quota
}

// spend counts one request and says which one of the day it is.
func (q *quota) spend(now time.Time, who string) int {
	if day := now.In(moscow).Format(time.DateOnly); day != q.day {
		q.day, q.spent = day, map[string]int{}
	}
	q.spent[who]++
	return q.spent[who]
}
