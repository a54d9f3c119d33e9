package member_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/storage"
)

const number = "+79161234567"

func (h *house) claim(s member.Subject, number string) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error { return h.ClaimPhoneTx(ctx, tx, now, s, number) })
}

func (h *house) verify(s member.Subject, number string) (o member.Owner) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		o, err = h.VerifyPhoneTx(ctx, tx, now, s, number)
		return err
	})
	return o
}

func (h *house) answer(answers ...member.Answer) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		var b storage.Batch
		member.QueueAnswers(&b, now, answers)
		return b.Send(ctx, tx)
	})
}

func (h *house) register(id int64, at time.Time) (since time.Time) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		since, err = h.RegisterTx(ctx, tx, at, id)
		return err
	})
	return since
}

func (h *house) get(id int64) member.Member {
	h.Helper()
	m, err := h.Get(h.Context(), id)
	if err != nil {
		h.Fatal(err)
	}
	return m
}

func (h *house) answersOf(id int64) map[string]string {
	h.Helper()
	a, err := h.AnswersOf(h.Context(), id)
	if err != nil {
		h.Fatal(err)
	}
	return a
}

func TestE164(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"8 (916) 123-45-67": number,
		"+7 916 123 45 67":  number,
		"9161234567":        number,
		"79161234567":       number,
		"+380 44 123 4567":  "+380441234567",
	} {
		if got, err := member.E164(text); got != want || err != nil {
			t.Errorf("E164(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "нет", "123", "+7916", strings.Repeat("9", 40)} {
		if got, err := member.E164(text); !errors.Is(err, member.ErrNotAPhone) {
			t.Errorf("E164(%q) = %q, %v, want ErrNotAPhone", text, got, err)
		}
	}
}

func TestAnswersKeepTheLastWord(t *testing.T) {
	t.Parallel()
	h := open(t)
	s := h.subject(chat.Telegram, "1")
	h.answer(member.SealedAnswer(s.ID, s.Key, "name", "Аня"), member.PlainAnswer(s.ID, "city", "Тверь"),
		member.PlainAnswer(s.ID, "city", "Москва"))
	h.answer(member.SealedAnswer(s.ID, s.Key, "name", "Анна"))
	want := map[string]string{"name": "Анна", "city": "Москва"}
	if diff := cmp.Diff(want, h.answersOf(s.Member)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if got := h.count(`select count(*) from member where answers ? 'name' and answers #> '{name,plain}' is null`); got != 1 {
		t.Error("the name is not sealed")
	}
}

func TestAnswerTakenBackIsGone(t *testing.T) {
	t.Parallel()
	h := open(t)
	s := h.subject(chat.Telegram, "1")
	h.answer(member.SealedAnswer(s.ID, s.Key, "name", "Анна"), member.PlainAnswer(s.ID, "city", "Тверь"))
	h.answer(member.NoAnswer(s.ID, "name"), member.NoAnswer(s.ID, "street"), member.NoAnswer(s.ID, "city"), member.PlainAnswer(s.ID, "city", "Москва"))
	if diff := cmp.Diff(map[string]string{"city": "Москва"}, h.answersOf(s.Member)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if got := h.count(`select count(*) from member where answers ? 'name'`); got != 0 {
		t.Error("the row still has the name")
	}
}

func TestStrangersTypedPhoneSeesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	stranger, owner := h.subject(chat.Webchat, "stranger"), h.subject(chat.Telegram, "owner")

	h.claim(stranger, number)
	if id, err := h.FindByPhone(t.Context(), number); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a claim finds member %d, %v", id, err)
	}
	if got, want := h.verify(owner, number), (member.Owner{Member: owner.Member}); got != want {
		t.Errorf("the owner's proof = %+v, want %+v: a claim is nobody's", got, want)
	}
	h.claim(h.subject(chat.Webchat, "late"), number) // typed after the proof: no refusal to learn from
	if got := h.subject(chat.Webchat, "stranger").Member; got != stranger.Member {
		t.Errorf("the stranger became member %d", got)
	}
	if id, err := h.FindByPhone(t.Context(), "8 916 123-45-67"); id != owner.Member || err != nil {
		t.Errorf("the number finds member %d, %v, want %d", id, err, owner.Member)
	}
	want := []member.Phone{{Masked: "+79•••••4567", Verified: true}}
	if diff := cmp.Diff(want, h.get(owner.Member).Phones); diff != "" {
		t.Errorf("the owner's phones (-want +got):\n%s", diff)
	}
	if phones := h.get(stranger.Member).Phones; len(phones) != 1 || phones[0].Verified {
		t.Errorf("the stranger's phones = %+v, want one claim", phones)
	}
}

func TestClaimTypedAgainReplacesTheEarlier(t *testing.T) {
	t.Parallel()
	h := open(t)
	s := h.subject(chat.Webchat, "1")
	for i := range 4 {
		h.claim(s, fmt.Sprintf("+7916000000%d", i))
	}
	if phones := h.get(s.Member).Phones; len(phones) != 1 || phones[0].Masked != "+79•••••0003" {
		t.Errorf("phones = %+v, want the last claim", phones)
	}
}

func TestOwnContactInBothChatsJoinsThem(t *testing.T) {
	t.Parallel()
	h := open(t)
	tg, web := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")
	h.claim(tg, "+79160000000")
	h.claim(web, number)
	h.answer(member.SealedAnswer(tg.ID, tg.Key, "name", "Аня"), member.PlainAnswer(tg.ID, "city", "Тверь"))
	h.answer(member.PlainAnswer(web.ID, "city", "Москва"), member.PlainAnswer(web.ID, "source", "радио"))
	h.register(web.Member, now)

	h.verify(tg, number)
	want := member.Owner{Member: web.Member, Joined: true} // the younger, but registered
	if got := h.verify(web, number); got != want {
		t.Fatalf("the second proof = %+v, want %+v", got, want)
	}
	if got := h.verify(tg, number); got.Joined || got.Member != web.Member {
		t.Errorf("the same proof again = %+v, want nothing new", got)
	}
	for _, s := range []member.Subject{h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")} {
		if s.Member != web.Member {
			t.Errorf("subject %d belongs to member %d, want %d", s.ID, s.Member, web.Member)
		}
	}
	if got := h.get(tg.Member).ID; got != web.Member {
		t.Errorf("the old id leads to member %d, want %d", got, web.Member)
	}
	wantAnswers := map[string]string{"name": "Аня", "city": "Москва", "source": "радио"}
	if diff := cmp.Diff(wantAnswers, h.answersOf(web.Member)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	wantPhones := []member.Phone{{Masked: "+79•••••0000"}, {Masked: "+79•••••4567", Verified: true}}
	if diff := cmp.Diff(wantPhones, h.get(web.Member).Phones); diff != "" {
		t.Errorf("phones (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][2]int64{{tg.Member, web.Member}}, h.joins); diff != "" {
		t.Errorf("hook calls (-want +got):\n%s", diff)
	}
}

func TestJoiningARingFromAllSidesLeavesOneMember(t *testing.T) {
	t.Parallel()
	h := open(t)
	s := h.subjects(chat.Telegram, "0", "1", "2", "3", "4")
	var wg sync.WaitGroup
	for i := range s {
		wg.Go(func() {
			h.tx(func(ctx context.Context, tx storage.Tx) error {
				_, err := h.MergeTx(ctx, tx, now, s[i].Member, s[(i+1)%len(s)].Member, "test")
				return err
			})
		})
	}
	wg.Wait()
	for _, s := range h.subjects(chat.Telegram, "0", "1", "2", "3", "4") {
		if got := h.get(s.Member).ID; got != s.Member {
			t.Errorf("subject %d belongs to %d, who was joined into %d", s.ID, s.Member, got)
		}
	}
	if got := h.count(`select count(distinct member_id) from subject`); got != 1 {
		t.Errorf("%d members are left, want 1", got)
	}
	if got := len(h.joins); got != len(s)-1 {
		t.Errorf("%d joinings, want %d", got, len(s)-1)
	}
}

// A turn that has loaded its member must be able to write under it.
func TestMergeWaitsForARunningTurn(t *testing.T) {
	t.Parallel()
	h := open(t)
	tg, web := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")
	turn, err := h.db.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := turn.Exec(t.Context(), `select from conversation where id = $1 for no key update`, web.Conversation); err != nil {
		t.Fatal(err)
	}
	merged := make(chan error, 1)
	go func() {
		merged <- h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			_, err := h.MergeTx(ctx, tx, now, tg.Member, web.Member, "test")
			return err
		})
	}()
	var b storage.Batch
	member.QueueAnswers(&b, now, []member.Answer{member.PlainAnswer(web.ID, "city", "Тверь")})
	if err := errors.Join(b.Send(t.Context(), turn), turn.Commit(t.Context()), <-merged); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"city": "Тверь"}, h.answersOf(tg.Member)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// What is written under a member whom somebody holds goes with them.
func TestMergeWaitsForWhoHoldsAMember(t *testing.T) {
	t.Parallel()
	h := open(t)
	stays, goes := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")
	desk, err := h.db.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held, err := h.HoldTx(t.Context(), desk, goes.Member)
	if err != nil || held != goes.Member {
		t.Fatalf("held %d, %v; want %d", held, err, goes.Member)
	}
	if _, err := desk.Exec(t.Context(), `insert into submission (key, member_id, qr, state, at) values ('api/1', $1, '', 'waiting', $2)`,
		held, now); err != nil {
		t.Fatal(err)
	}
	merged := make(chan error, 1)
	go func() {
		merged <- h.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
			_, err := h.MergeTx(ctx, tx, now, stays.Member, goes.Member, "test")
			return err
		})
	}()
	for h.count(`select count(*) from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`) == 0 && len(merged) == 0 {
	}
	if err := errors.Join(desk.Commit(t.Context()), <-merged); err != nil {
		t.Fatal(err)
	}
	if n := h.count(`select count(*) from submission where member_id = (select into_member from member_merge)`); n != 1 {
		t.Error("the submission is left under the number of the member who went")
	}
}

func TestRegisteredSinceTheFirstUpload(t *testing.T) {
	t.Parallel()
	h := open(t)
	s := h.subjects(chat.Telegram, "early", "late")
	upload := now.Add(-3 * time.Hour)
	if _, err := h.db.Exec(t.Context(), `insert into submission (key, member_id, qr, state, at) values ('inbox/1', $1, '', 'waiting', $2)`,
		s[0].Member, upload); err != nil {
		t.Fatal(err)
	}
	for i, want := range []time.Time{upload, now} {
		if got := h.register(s[i].Member, now); !got.Equal(want) {
			t.Errorf("member %d is registered since %v, want %v", i, got, want)
		}
		if got := h.register(s[i].Member, now.Add(time.Hour)); !got.Equal(want) {
			t.Errorf("registered again, member %d is registered since %v, want %v", i, got, want)
		}
	}
}
