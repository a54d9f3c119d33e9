package member_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/storage"
)

func (h *house) edits(id int64, changes ...member.Written) error {
	h.Helper()
	return h.db.InTx(h.Context(), func(ctx context.Context, tx storage.Tx) error {
		return h.EditTx(ctx, tx, now, member.Edit{Member: id, Staff: 9, Changes: changes})
	})
}

// TestEdit: what stood there and what stands there now is in the log, and readable for as long
// as the member is; the log holds none of it in clear, nor after an erasure at all.
func TestEdit(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.exec(`insert into staff (id, name, roles, created_at) overriding system value values (9, 'Вера', '{owner}', $1)`, now)
	anna := h.subject(chat.Telegram, "1")
	h.tells(anna, "Анна", "1990-05-12")
	name := func(text string) member.Written {
		return member.Written{Field: "name", Text: text, Sealed: true, Telling: true}
	}
	if err := h.edits(anna.Member, name("Алла"), member.Written{Field: "birthday", Text: "1990-05-12"}, member.Written{Field: "city", Text: "Тверь"}); err != nil {
		t.Fatal(err)
	}
	if err := h.edits(anna.Member, name("Алла")); !errors.Is(err, member.ErrNoChange) {
		t.Errorf("the same again: %v", err)
	}
	if diff := cmp.Diff(map[string]string{"name": "Алла", "birthday": "1990-05-12", "city": "Тверь"}, h.answersOf(anna.Member)); diff != "" {
		t.Error(diff)
	}
	h.look()
	h.finds("алла", hit{anna.Member, member.ByName, "А•••"})
	h.finds("анна")
	if err := h.edits(anna.Member, member.Written{Field: "city"}); err != nil {
		t.Fatal(err)
	}
	p, err := h.Reveal(t.Context(), anna.Member)
	if err != nil || len(p.Edits) != 2 {
		t.Fatalf("%+v, %v", p, err)
	}
	first := p.Edits[1]
	if diff := cmp.Diff([]map[string]string{{"name": "Анна", "city": ""}, {"name": "Алла", "city": "Тверь"}}, []map[string]string{first.Before, first.After}); diff != "" || first.By != "Вера" {
		t.Errorf("by %s: %s", first.By, diff)
	}
	if n := h.count(`select count(*) from audit where detail::text ~ 'Алла|Анна|Тверь'`); n != 0 {
		t.Error("the log names somebody")
	}
	h.forget(anna.Member)
	if err := h.edits(anna.Member, name("Анна")); !errors.Is(err, member.ErrGone) {
		t.Errorf("about nobody: %v", err)
	}
	if p, err := h.Reveal(t.Context(), anna.Member); err != nil || len(p.Edits) != 0 || len(p.Answers) != 0 {
		t.Errorf("of the erased: %+v, %v", p, err)
	}
}

// TestStory: what happened to a member is in one line of time, whose pages miss nothing and
// repeat nothing, though much happened at one instant.
func TestStory(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.subject(chat.Telegram, "1")
	h.register(anna.Member, now)
	for range 2*member.StoryRows + 3 {
		h.exec(`insert into consent (member_id, kind, version, granted, channel, subject_id, at) values ($1, 'rules', 'v', true, 'telegram', $2, $3)`, anna.Member, anna.ID, now)
	}
	seen, pages := map[int64]bool{}, 0
	var next *member.StoryCursor
	for {
		events, after, err := h.Story(t.Context(), anna.Member, next)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Kind == member.EventConsent {
				if seen[e.Ref] {
					t.Fatalf("%+v comes twice", e)
				}
				seen[e.Ref] = true
			}
		}
		pages++
		if next = after; next == nil {
			break
		}
	}
	if len(seen) != 2*member.StoryRows+3 || pages != 3 {
		t.Errorf("%d events on %d pages", len(seen), pages)
	}
}

// TestCertificate tells what was destroyed and what stays, and nobody's name; two of one member
// are one.
func TestCertificate(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.exec(`insert into staff (id, name, roles, created_at) overriding system value values (9, 'Вера', '{owner}', $1)`, now)
	anna := h.subject(chat.Telegram, "1")
	h.verify(anna, "+79161234567")
	h.sendsReceipt(anna, now)
	if _, err := h.CertificateOf(t.Context(), anna.Member); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("of the living: %v", err)
	}
	h.forget(anna.Member)
	for _, staff := range []int64{9, 0} {
		h.tx(func(ctx context.Context, tx storage.Tx) error {
			return member.CertifyTx(ctx, tx, now, member.Erasing{Member: anna.Member, Staff: staff, Ground: member.GroundLetter})
		})
	}
	got, err := h.CertificateOf(t.Context(), anna.Member)
	want := member.Certificate{ID: 1, Member: anna.Member, ErasedAt: got.ErasedAt, Staff: 9, By: "Вера", Ground: member.GroundLetter, Chats: 1, Receipts: got.Receipts}
	if diff := cmp.Diff(want, got); err != nil || diff != "" || !got.ErasedAt.Equal(now) {
		t.Errorf("%v\n%s", err, diff)
	}
}
