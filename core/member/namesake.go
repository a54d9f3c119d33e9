package member

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"besedka/core/seal"
	"besedka/storage"
)

// Namesakes finds members who have told one name and one day, a day of birth above all,
// and asks staff about them (Pairs). It joins nobody. Names are kept as HMACs only: of name
// and day together, and of what their words begin with, for Search.
type Namesakes struct {
	Members *Service
	Fields  func() (names, days []string) // of the profile
}

// namesakeBatch is how many members are looked at in one transaction.
const namesakeBatch = 100

type likenedRow struct {
	Member     int64  `db:"member"`
	Field      string `db:"field"`
	Told       Told   `db:"told"`
	WrappedKey []byte `db:"wrapped_key"`
}

// Step looks at members who have told something new. Whoever is amid a turn waits for the
// next step.
func (n Namesakes) Step(ctx context.Context, now time.Time) (worked bool, next time.Time, err error) {
	err = n.Members.db.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		if _, err := tx.Exec(ctx, qNamesakeLock); err != nil {
			return err
		}
		due, err := storage.Collect[idRow](ctx, tx, qNamesakeClaim, namesakeBatch)
		if err != nil || len(due) == 0 {
			return err
		}
		worked = true
		members := make([]int64, len(due))
		for i, d := range due {
			members[i] = d.ID
		}
		return n.look(ctx, tx, now, members)
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("find namesakes: %w", err)
	}
	return worked, time.Time{}, nil
}

// look marks members, who are held, anew and asks about those marked alike.
func (n Namesakes) look(ctx context.Context, tx storage.Tx, now time.Time, members []int64) error {
	names, days := n.Fields()
	told, err := storage.Collect[likenedRow](ctx, tx, qNamesakeTold, members, slices.Concat(names, days))
	if err != nil {
		return err
	}
	marks, err := n.marks(told, names, days)
	if err != nil {
		return err
	}
	var b storage.Batch
	b.Exec(qNamesakeForget, members)
	b.Exec(qNamesakeMark, marks.members, marks.fields, marks.marks)
	for _, n := range marks.named {
		b.Exec(qNameMark, n.member, n.marks)
	}
	b.Exec(qPairNamesakes, members, now, pairsOfMember)
	return b.Send(ctx, tx)
}

type namesakeRows struct {
	members []int64
	fields  []string
	marks   [][]byte
	named   []calledRow
}

// calledRow is a member with the marks that Search finds them by.
type calledRow struct {
	member int64
	marks  []int64
}

var dayShape = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// marks are those of members who have told a name and a day, an index of both for each day.
func (n Namesakes) marks(told []likenedRow, names, days []string) (rows namesakeRows, err error) {
	all := map[int64]map[string]string{}
	var order []int64
	for _, r := range told {
		text, err := r.Told.Text(n.Members.keys, r.Field, r.WrappedKey)
		if errors.Is(err, seal.ErrErased) {
			continue
		}
		if err != nil {
			return rows, fmt.Errorf("answer %s of member %d: %w", r.Field, r.Member, err)
		}
		if all[r.Member] == nil {
			all[r.Member], order = map[string]string{}, append(order, r.Member)
		}
		all[r.Member][r.Field] = text
	}
	for _, m := range order {
		rows.add(n.Members.keys, m, all[m], names, days)
	}
	return rows, nil
}

func (r *namesakeRows) add(keys *seal.Keyring, member int64, told map[string]string, names, days []string) {
	var called []string
	for _, f := range names {
		called = append(called, told[f])
	}
	words := nameWords(called...)
	if len(words) == 0 {
		return
	}
	r.named = append(r.named, calledRow{member, nameMarks(keys, words)})
	for _, f := range days {
		if day := told[f]; dayShape.MatchString(day) {
			r.members, r.fields = append(r.members, member), append(r.fields, f)
			r.marks = append(r.marks, keys.Index("namesake/"+f, strings.Join(words, " ")+"/"+day))
		}
	}
}
