package member_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// tells keeps a name and a day of birth, as a turn does.
func (h *house) tells(s member.Subject, name, day string) {
	h.Helper()
	h.answer(member.SealedAnswer(s.ID, s.Key, "name", name).Telling(), member.PlainAnswer(s.ID, "birthday", day).Telling())
}

// look looks until nothing is left to look at.
func (h *house) look() {
	h.Helper()
	n := member.Namesakes{Members: h.Service, Fields: func() (names, days []string) { return []string{"name"}, []string{"birthday"} }}
	for worked := true; worked; {
		var err error
		if worked, _, err = n.Step(h.Context(), now); err != nil {
			h.Error(err)
			return
		}
	}
}

func (h *house) settle(pair int64, v member.Verdict) {
	h.Helper()
	h.exec(`insert into staff (id, name, roles, created_at) overriding system value values (9, 'Вера', '{owner}', $1) on conflict do nothing`, now)
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := h.SettleTx(ctx, tx, now, pair, 9, v)
		return err
	})
}

// asked are the members whom staff are asked about for a reason.
func (h *house) asked(why member.PairReason) (pairs [][2]int64) {
	h.Helper()
	for _, p := range h.pairs() {
		if p.Reason == why {
			pairs = append(pairs, [2]int64{p.One, p.Other})
		}
	}
	return pairs
}

// TestNamesakes: staff are asked once about two who told one name and one day, however
// they spelled it, and again neither after a change of mind nor of a verdict.
func TestNamesakes(t *testing.T) {
	t.Parallel()
	h := open(t)
	one, two, three := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2"), h.subject(chat.Webchat, "3")
	h.tells(one, "Алёна Ёлкина", "1990-05-12")
	h.tells(two, "елкина АЛЕНА", "1991-05-12")
	h.tells(three, "Инна Ёлкина", "1990-05-12")
	h.look()
	if pairs := h.pairs(); len(pairs) != 0 {
		t.Fatalf("staff are asked about %+v", pairs)
	}
	h.answer(member.PlainAnswer(two.ID, "birthday", "1990-05-12").Telling())
	h.look()
	if got := h.asked(member.PairNamesake); len(got) != 1 || got[0] != [2]int64{one.Member, two.Member} {
		t.Fatalf("staff are asked about %v", got)
	}
	if h.get(one.Member).ID == h.get(two.Member).ID {
		t.Error("the two are joined")
	}
	if n := h.count(`select count(*) from namesake where position('алена'::bytea in mark) > 0`); n != 0 || h.count(`select count(*) from namesake`) != 3 {
		t.Error("marks are not as they should be")
	}
	h.settle(h.pairs()[0].ID, member.VerdictDifferent)
	h.answer(member.NoAnswer(two.ID, "name").Telling())
	h.look()
	if n := h.count(`select count(*) from namesake where member_id = $1`, two.Member); n != 0 {
		t.Error("whoever took their name back is marked still")
	}
	h.tells(two, "Алёна Ёлкина", "1990-05-12")
	h.look()
	if got := h.pairs(); len(got) != 0 {
		t.Errorf("staff are asked again about %+v", got)
	}
}

// TestNamesakesAtOnce: two who tell the same in two processes are asked about once.
func TestNamesakesAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	var all sync.WaitGroup
	for i := range 6 {
		s := h.subject(chat.Webchat, fmt.Sprint(i))
		all.Go(func() {
			h.tells(s, "Анна Петрова", "1990-05-12")
			h.look()
		})
	}
	all.Wait()
	h.look() // whoever was amid a turn
	if got := h.asked(member.PairNamesake); len(got) != 6*5/2 {
		t.Errorf("%d pairs of six namesakes", len(got))
	}
}

// TestNamesakesHaveALimit, and whoever is joined or erased is nobody's namesake.
func TestNamesakesHaveALimit(t *testing.T) {
	t.Parallel()
	h := open(t)
	var last member.Subject
	for i := range 25 {
		last = h.subject(chat.Webchat, fmt.Sprint(i))
		h.tells(last, "Анна", "1990-05-12")
	}
	h.look()
	if n := h.count(`select max(n) from (select count(*) n from member m join member_pair p on p.one = m.id or p.other = m.id group by m.id) x`); n > 24 {
		t.Errorf("staff are asked %d times about one member", n)
	}
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key"))
	if err := h.Erase(t.Context(), list, last.Member, nothing); err != nil {
		t.Fatal(err)
	}
	if n := h.count(`select count(*) from namesake where member_id = $1`, last.Member); n != 0 {
		t.Error("a mark of the erased is left")
	}
	from, into := h.subject(chat.Webchat, "0"), h.subject(chat.Webchat, "1")
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := h.MergeTx(ctx, tx, now, from.Member, into.Member, "test")
		return err
	})
	h.look()
	if n := h.count(`select count(*) from namesake where member_id in ($1, $2)`, from.Member, into.Member); n != 1 {
		t.Errorf("%d marks of two who are one", n)
	}
}

// TestShownCard: staff are asked about whoever shows another's card, once, and about
// nobody who shows their own or none.
func TestShownCard(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner, other := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")
	h.exec(`insert into card (number, type, member_id, at, changed_at) values ('2900000000018', 'standard', $1, $2, $2)`, owner.Member, now)
	for _, s := range []member.Subject{owner, other, other} {
		for _, number := range []string{"2900000000018", "2900000000025"} {
			if err := h.NoteShownCard(t.Context(), now, s.Member, number); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := h.asked(member.PairCard); len(got) != 1 || got[0] != [2]int64{owner.Member, other.Member} {
		t.Fatalf("staff are asked about %v", got)
	}
	h.settle(h.pairs()[0].ID, member.VerdictDifferent)
	if err := h.NoteShownCard(t.Context(), now, other.Member, "2900000000018"); err != nil || len(h.pairs()) != 0 {
		t.Errorf("staff are asked again: %v", err)
	}
}
