package consent_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// TestWhoIsWrittenTo: the chat until a no, another medium after a yes; nobody while
// their card is not active, nobody who was joined into another, and of two words the
// last.
func TestWhoIsWrittenTo(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	keys, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	joined := func(ctx context.Context, tx storage.Tx, _ time.Time, from, into int64) error {
		return consent.MergeTx(ctx, tx, from, into)
	}
	people := member.New(nil, keys, joined)
	p, err := people.SubjectsTx(ctx, tx, now, chat.Telegram, []string{"1", "2", "3"})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(p, func(a, b member.Subject) int { return cmp.Compare(a.Member, b.Member) })
	say := func(who int, m consent.Medium, wanted bool, minute int) {
		t.Helper()
		if err := consent.SubscribeTx(ctx, tx, now.Add(time.Duration(minute)*time.Minute), p[who].Member, m, wanted); err != nil {
			t.Fatal(err)
		}
	}
	reached := func(m consent.Medium, who ...int) {
		t.Helper()
		var want []int64
		for _, i := range who {
			want = append(want, p[i].Member)
		}
		got, err := consent.Subscribers(ctx, tx, m, 0, 10)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("by %s: %v, %v, want %v", m, got, err, want)
		}
		for i := range p {
			may, err := consent.MayWrite(ctx, tx, p[i].Member, m)
			if err != nil || may != slices.Contains(got, p[i].Member) {
				t.Errorf("%d by %s: %v, %v", i, m, may, err)
			}
		}
	}
	reached(consent.Chat, 0, 1, 2)
	reached(consent.SMS)
	say(0, consent.Chat, false, 1)
	say(1, consent.SMS, true, 1)
	say(2, consent.SMS, true, 2)
	say(2, consent.SMS, false, 3)
	reached(consent.Chat, 1, 2)
	reached(consent.SMS, 1)
	for status, want := range map[string][]int{"limited": nil, "active": {1}} {
		q := fmt.Sprintf(`insert into card (number, type, member_id, status, at, changed_at) values ('k%s', 'c', $1, $2, $3, $3)`, status)
		if _, err := tx.Exec(ctx, `delete from card`); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(ctx, q, p[1].Member, status, now); err != nil {
			t.Fatal(err)
		}
		reached(consent.SMS, want...)
	}
	if _, err := tx.Exec(ctx, `delete from card`); err != nil {
		t.Fatal(err)
	}
	if _, err := people.MergeTx(ctx, tx, now, p[1].Member, p[2].Member, "test"); err != nil {
		t.Fatal(err)
	}
	if got, err := consent.Subscribers(ctx, tx, consent.SMS, 0, 10); err != nil || len(got) > 0 {
		t.Errorf("by SMS: %v, %v: the last word of the two was no", got, err)
	}
	if err := consent.WithdrawTx(ctx, tx, now, p[0].Member); err != nil {
		t.Fatal(err)
	}
	if n, err := storage.Value[int](ctx, tx, `select count(*) from subscription where member_id = $1`, p[0].Member); err != nil || n > 0 {
		t.Errorf("%d subscriptions of who is forgotten, %v", n, err)
	}
}

// Who wants nothing is written to by nothing, and says it once; taken back, the chat
// speaks again and nothing else does.
func TestSilenceAndBack(t *testing.T) {
	t.Parallel()
	ctx, tx := t.Context(), storagetest.Tx(t)
	p := person(t, tx)
	if err := consent.SubscribeTx(ctx, tx, now, p.Member, consent.SMS, true); err != nil {
		t.Fatal(err)
	}
	for i, tt := range []struct {
		say     func(context.Context, storage.Tx, time.Time, int64) (bool, error)
		changed bool
		may     []bool // by consent.Media
	}{
		{consent.SpeakTx, false, []bool{true, true, false}},
		{consent.SilenceTx, true, []bool{false, false, false}},
		{consent.SilenceTx, false, []bool{false, false, false}},
		{consent.SpeakTx, true, []bool{true, false, false}},
	} {
		if changed, err := tt.say(ctx, tx, now, p.Member); changed != tt.changed || err != nil {
			t.Errorf("%d: changed %v, %v", i, changed, err)
		}
		for k, m := range consent.Media {
			if may, err := consent.MayWrite(ctx, tx, p.Member, m); may != tt.may[k] || err != nil {
				t.Errorf("%d: written to by %s: %v, %v", i, m, may, err)
			}
		}
	}
}
