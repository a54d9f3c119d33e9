package member

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"besedka/storage"
)

// fact is one row that names a member, as JSON.
type fact struct {
	Noun string `db:"noun"`
	Key  string `db:"key"`
	Row  string `db:"row"`
}

// altered is one row before a merge and after it; "" is no row.
type altered struct {
	Noun   string `db:"noun"`
	Key    string `db:"key"`
	Before string `db:"before"`
	After  string `db:"after"`
}

func factsOf(ctx context.Context, tx storage.Tx, from, into int64) ([]fact, error) {
	return storage.Collect[fact](ctx, tx, qMergeState, []int64{from, into})
}

// keepRows writes down what a merge has altered, among what it found.
func keepRows(ctx context.Context, tx storage.Tx, merge int64, before, after []fact) error {
	var nouns, keys, was, is []string
	for _, c := range compare(before, after) {
		nouns, keys, was, is = append(nouns, c.Noun), append(keys, c.Key), append(was, c.Before), append(is, c.After)
	}
	if _, err := tx.Exec(ctx, qMergeKeep, merge, nouns, keys, was, is); err != nil {
		return fmt.Errorf("keep what merge %d changed: %w", merge, err)
	}
	return nil
}

// always are kept though they are the same: points that lie on an account of many are
// nobody's alone, and sums are parted by what each member had.
var always = []string{"families", "figures", "limits"}

// compare leaves out what is the same.
func compare(before, after []fact) []altered {
	all := map[[2]string]*altered{}
	for _, f := range before {
		all[[2]string{f.Noun, f.Key}] = &altered{Noun: f.Noun, Key: f.Key, Before: f.Row}
	}
	for _, f := range after {
		at := [2]string{f.Noun, f.Key}
		if all[at] == nil {
			all[at] = &altered{Noun: f.Noun, Key: f.Key}
		}
		all[at].After = f.Row
	}
	var out []altered
	for _, c := range all {
		if c.Before != c.After || slices.Contains(always, c.Noun) {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b altered) int {
		if byNoun := strings.Compare(a.Noun, b.Noun); byNoun != 0 {
			return byNoun
		}
		return strings.Compare(a.Key, b.Key)
	})
	return out
}
