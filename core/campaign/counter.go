package campaign

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"besedka/core/campaign/rules"
	"besedka/storage"
)

// Used is how much of a counter a decision has consumed, as it is kept with it. Whose
// the counter is follows from the receipt: its member, who may be another one by now,
// and its store.
type Used struct {
	rules.Counter
	Store  string `json:",omitempty"` // of a counter of the store
	Amount int64
}

// owners are whose counters a receipt consumes.
type owners struct {
	member int64
	store  string
}

func (o owners) of(s rules.Subject) string {
	switch s {
	case rules.OfMember:
		return strconv.FormatInt(o.member, 10)
	case rules.OfStore:
		return o.store
	}
	return ""
}

// owned is a counter of one member, store or campaign.
type owned struct {
	rules.Counter
	subject string
}

// tally is how much there is of counters, or how much they change by.
type tally map[owned]int64

// add counts uses by a purchase of these owners.
func (t tally) add(uses []Used, member int64) {
	for _, u := range uses {
		t[owned{u.Counter, owners{member, u.Store}.of(u.Of)}] += u.Amount
	}
}

// columns are the counters as arrays; everybody locks them in the order of their names.
func (t tally) columns() (c counterColumns) {
	for k, amount := range t {
		c.campaigns, c.limits, c.kinds = append(c.campaigns, k.Campaign), append(c.limits, k.Limit), append(c.kinds, string(k.Of))
		c.subjects, c.periods, c.amounts = append(c.subjects, k.subject), append(c.periods, k.Window), append(c.amounts, amount)
	}
	return c
}

type counterColumns struct {
	campaigns, limits, kinds, subjects, periods []string
	amounts                                     []int64
}

// lockCounters makes the counters that are not there yet, locks all in their order and
// tells what was used of them. They are locked after the receipts and their members, and
// before anything of prizes and the ledger: a budget that many race for is had by one at
// a time.
func lockCounters(ctx context.Context, tx storage.Tx, used tally) error {
	if len(used) == 0 {
		return nil
	}
	c := used.columns()
	var b storage.Batch
	b.Exec(qCounters, c.campaigns, c.limits, c.kinds, c.subjects, c.periods)
	rows := storage.Queue[counterRow](&b, qLockCounters, c.campaigns, c.limits, c.kinds, c.subjects, c.periods)
	if err := b.Send(ctx, tx); err != nil {
		return fmt.Errorf("lock counters: %w", err)
	}
	for _, r := range *rows {
		used[owned{r.key(), r.Subject}] = r.Used
	}
	return nil
}

// consumed are the uses of a decision as they are kept with it: of a counter once.
func consumed(uses []rules.Use, whose owners) []Used {
	all := []Used{}
	for _, u := range uses {
		if u.Amount == 0 {
			continue
		}
		if at := slices.IndexFunc(all, func(had Used) bool { return had.Counter == u.Counter }); at >= 0 {
			all[at].Amount += u.Amount
			continue
		}
		kept := Used{Counter: u.Counter, Amount: u.Amount}
		if u.Counter.Of == rules.OfStore {
			kept.Store = whose.store
		}
		all = append(all, kept)
	}
	return all
}

// addUsed changes counters by what is given: above zero it is consumed, below given
// back. Nothing is given back below zero: what was consumed before counters were kept
// is not there.
func addUsed(b *storage.Batch, uses []Used, member int64) {
	changes := tally{}
	changes.add(uses, member)
	changes.queue(b)
}

func (t tally) queue(b *storage.Batch) {
	if len(t) == 0 {
		return
	}
	c := t.columns()
	b.Exec(qCounters, c.campaigns, c.limits, c.kinds, c.subjects, c.periods)
	b.Exec(qAddUsed, c.campaigns, c.limits, c.kinds, c.subjects, c.periods, c.amounts)
}

// MergeTx adds the counters of a member to those of the one they turned out to be: a
// person who had two chats has had both shares of a limit.
func MergeTx(ctx context.Context, tx storage.Tx, from, into int64) error {
	if _, err := tx.Exec(ctx, qMergeCounters, strconv.FormatInt(from, 10), strconv.FormatInt(into, 10)); err != nil {
		return fmt.Errorf("merge counters of member %d into %d: %w", from, into, err)
	}
	return nil
}
