package member

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"besedka/storage"
)

// Merge is one member who became part of another.
type Merge struct {
	ID       int64      `db:"id" json:"id"`
	From     int64      `db:"from_member" json:"from"`
	Into     int64      `db:"into_member" json:"into"`
	Reason   string     `db:"reason" json:"reason"` // how it came about
	At       time.Time  `db:"at" json:"at"`
	UndoneAt *time.Time `db:"undone_at" json:"undoneAt,omitempty"`
}

// Merges are those that a member has been part of, the earliest first.
func (s *Service) Merges(ctx context.Context, id int64) ([]Merge, error) {
	merges, err := storage.Collect[Merge](ctx, s.db, qMerges, id)
	if err != nil {
		return nil, fmt.Errorf("list merges of member %d: %w", id, err)
	}
	return merges, nil
}

// Why a merge cannot be taken back.
var (
	ErrUndone     = errors.New("the merge has been undone already")
	ErrNotKept    = errors.New("nothing is kept of the merge: it is older than the record of merges, or one of the two was erased")
	ErrMergeLater = errors.New("the survivor has been merged again since: undo the later merge first")
)

// Inseparable is the answer where what two members had has become one and cannot be told
// apart again; nothing was changed.
type Inseparable struct{ Nouns []string }

func (e *Inseparable) Error() string {
	return "cannot be told apart any more: " + strings.Join(e.Nouns, ", ")
}

// Parted is a merge that is being undone, with what the ledger is to give back: its lots and
// holds that came over, by id.
type Parted struct {
	Merge
	Lots, Holds []int64
}

type heldMerge struct {
	Merge
	Kept bool `db:"kept"`
}

// UnmergeTx makes two members of one again, as they were before a merge: what came over goes
// back by its id, and what has come since stays with the survivor. Where anything was made one
// of two, or has changed since it was, the answer is *Inseparable. The two are told apart for
// good. Their points are for the caller to give back, in the same transaction.
func (s *Service) UnmergeTx(ctx context.Context, tx storage.Tx, now time.Time, id, staff int64) (Parted, error) {
	if err := lockIdentity(ctx, tx); err != nil {
		return Parted{}, err
	}
	m, err := undoable(ctx, tx, id)
	if err != nil {
		return Parted{}, err
	}
	rows, err := recorded(ctx, tx, m)
	if err != nil {
		return Parted{}, err
	}
	u := undoing{m, byNoun(rows)}
	var b storage.Batch
	u.queue(&b)
	b.ExecN(1, qMergeUndone, id, now, staff)
	b.Exec(qApart, m.From, m.Into, now, staff)
	b.Exec(qNamesakeDueMembers, m.From, m.Into)
	if err := b.Send(ctx, tx); err != nil {
		return Parted{}, fmt.Errorf("undo merge %d: %w", id, err)
	}
	return u.parted()
}

func undoable(ctx context.Context, tx storage.Tx, id int64) (Merge, error) {
	m, err := storage.One[heldMerge](ctx, tx, qMergeHold, id)
	if err != nil {
		return Merge{}, fmt.Errorf("read merge %d: %w", id, err)
	}
	later, err := storage.Value[bool](ctx, tx, qMergeLater, id)
	switch {
	case err != nil:
		return Merge{}, fmt.Errorf("read merges after %d: %w", id, err)
	case m.UndoneAt != nil:
		return Merge{}, ErrUndone
	case !m.Kept:
		return Merge{}, ErrNotKept
	case later:
		return Merge{}, ErrMergeLater
	}
	return m.Merge, nil
}

// recorded holds both members and reads what the merge has changed; *Inseparable names
// what cannot go back.
func recorded(ctx context.Context, tx storage.Tx, m Merge) ([]altered, error) {
	var hold storage.Batch
	hold.Exec(qMergeLockTurns, m.From, m.Into)
	hold.Exec(qMergeLockMembers, m.From, m.Into)
	if err := hold.Send(ctx, tx); err != nil {
		return nil, fmt.Errorf("hold members of merge %d: %w", m.ID, err)
	}
	rows, err := storage.Collect[altered](ctx, tx, qMergeRows, m.ID)
	if err != nil {
		return nil, fmt.Errorf("read what merge %d changed: %w", m.ID, err)
	}
	present, err := factsOf(ctx, tx, m.From, m.Into)
	if err != nil {
		return nil, fmt.Errorf("read members of merge %d: %w", m.ID, err)
	}
	if nouns := obstacles(rows, present); len(nouns) > 0 {
		return nil, &Inseparable{nouns}
	}
	return rows, nil
}

// obstacles are the nouns that cannot go back, each once.
func obstacles(rows []altered, present []fact) (nouns []string) {
	is := map[[2]string]string{}
	for _, f := range present {
		is[[2]string{f.Noun, f.Key}] = f.Row
		if f.Noun == "families" || f.Noun == "erasures" {
			nouns = append(nouns, f.Noun)
		}
	}
	for _, r := range rows {
		if !separable(r, is[[2]string{r.Noun, r.Key}]) {
			nouns = append(nouns, r.Noun)
		}
	}
	slices.Sort(nouns)
	return slices.Compact(nouns)
}

// separable tells whether a row may go back that is like this now.
func separable(r altered, present string) bool {
	switch r.Noun {
	case "lots", "figures", "limits": // counted, see queue
		return true
	case "families", "erasures", "debts":
		return false
	case "tiers": // the survivor's tier is history that purchases were counted by
		return r.After == "" && present == ""
	case "holds":
		return r.Before != "" && r.After != ""
	case "members", "phones", "funnels", "cards", "subscriptions", "pairs":
		return present == r.After
	}
	return present == r.After && rest(r.Before) == rest(r.After)
}

// rest is a row but for whose it is; what is no row is like no other.
func rest(row string) string {
	var columns map[string]any
	if json.Unmarshal([]byte(row), &columns) != nil {
		return row
	}
	delete(columns, "member_id")
	text, err := json.Marshal(columns)
	if err != nil {
		return row
	}
	return string(text)
}

type undoing struct {
	Merge
	rows map[string][]altered
}

func byNoun(rows []altered) map[string][]altered {
	out := map[string][]altered{}
	for _, r := range rows {
		out[r.Noun] = append(out[r.Noun], r)
	}
	return out
}

func (u undoing) keys(noun string) []string {
	keys := []string{}
	for _, r := range u.rows[noun] {
		keys = append(keys, r.Key)
	}
	return keys
}

// before are the rows of a noun as they were, as a JSON array.
func (u undoing) before(noun string) string {
	var rows []string
	for _, r := range u.rows[noun] {
		if r.Before != "" {
			rows = append(rows, r.Before)
		}
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// queue puts back what changed hands, then what was there of before. Figures and limits are
// sums: what the departing member brought is taken out of them.
func (u undoing) queue(b *storage.Batch) {
	for _, back := range [][2]string{
		{"chats", qBackChats},
		{"consents", qBackConsents},
		{"submissions", qBackSubmissions},
		{"receipts", qBackReceipts},
		{"pools", qBackPools},
		{"coupons", qBackCoupons},
		{"surveys", qBackSurveys},
		{"orders", qBackOrders},
	} {
		b.Exec(back[1], u.keys(back[0]), u.From)
	}
	b.Exec(qBackMembers, u.before("members"))
	b.Exec(qDropPhones, u.keys("phones"))
	b.Exec(qBackPhones, u.before("phones"))
	b.Exec(qDropCards, u.keys("cards"))
	b.Exec(qBackCards, u.before("cards"))
	b.Exec(qDropPairs, u.keys("pairs"))
	b.Exec(qBackPairs, u.before("pairs"))
	b.Exec(qDropFunnels, u.keys("funnels"), []int64{u.From, u.Into})
	b.Exec(qBackFunnels, u.before("funnels"))
	b.Exec(qDropSubscriptions, u.keys("subscriptions"), []int64{u.From, u.Into})
	b.Exec(qBackSubscriptions, u.before("subscriptions"))
	b.Exec(qBackTiers, u.before("tiers"))
	for _, q := range []string{qLessFigures, qDropFigures, qBackFigures} {
		b.Exec(q, u.Into, u.before("figures"))
	}
	for _, q := range []string{qLessLimits, qDropLimits, qBackLimits} {
		b.Exec(q, u.Into, u.before("limits"))
	}
}

// parted are the lots that the merge opened, and the holds that came with it.
func (u undoing) parted() (Parted, error) {
	p := Parted{Merge: u.Merge}
	for _, r := range append(u.rows["lots"], u.rows["holds"]...) {
		id, err := strconv.ParseInt(r.Key, 10, 64)
		switch {
		case err != nil:
			return Parted{}, fmt.Errorf("read %s %q of merge %d: %w", r.Noun, r.Key, u.ID, err)
		case r.Noun == "holds":
			p.Holds = append(p.Holds, id)
		case r.Before == "":
			p.Lots = append(p.Lots, id)
		}
	}
	return p, nil
}
