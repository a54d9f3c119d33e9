package member_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

func (h *house) enrol(number string) (who member.Subject, born bool) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		who, born, err = h.EnrolTx(ctx, tx, now, number)
		return err
	})
	return who, born
}

// Registrars who take one person in at once take in one member, whom the chat with
// the proved number joins.
func TestEnrolledOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	var all sync.WaitGroup
	who, born := make([]member.Subject, 8), make([]bool, 8)
	for i := range who {
		all.Go(func() { who[i], born[i] = h.enrol("8 (916) 123-45-67") })
	}
	all.Wait()
	made := 0
	for i := range who {
		if who[i].Member != who[0].Member {
			t.Errorf("members %d and %d of one number", who[0].Member, who[i].Member)
		}
		if born[i] {
			made++
		}
	}
	if made != 1 || h.count("select count(*) from member") != 1 || h.count("select count(*) from conversation") != 0 {
		t.Errorf("%d were made, with %d conversations", made, h.count("select count(*) from conversation"))
	}
	if m := h.get(who[0].Member); m.RegisteredAt == nil || len(m.Phones) != 1 || !m.Phones[0].Verified {
		t.Errorf("the member: %+v", m)
	}
	chatting := h.subject(chat.Telegram, "1")
	if o := h.verify(chatting, number); !o.Joined || o.Member != who[0].Member {
		t.Errorf("the chat with that number belongs to %+v, want it joined to %d", o, who[0].Member)
	}
	if again, born := h.enrol(number); born || again.Member != who[0].Member {
		t.Errorf("at the desk again: %+v, born %v", again, born)
	}
	if _, _, err := h.EnrolTx(t.Context(), nil, now, "soon"); !errors.Is(err, member.ErrNotAPhone) {
		t.Errorf("no number: %v", err)
	}
}

// A number that went from somebody of the desk to its next owner, who was forgotten, is
// taken in like any other.
func TestEnrolledAfterTheNumberHasMoved(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, _ := h.enrol(number)
	next := h.subject(chat.Telegram, "next")
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		o, err := h.VerifyPhoneTx(ctx, tx, now.Add(member.Recycled+time.Hour), next, number)
		if o.Joined {
			t.Error("the next owner becomes who had the number")
		}
		return err
	})
	if err := h.Erase(t.Context(), seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key")), next.Member, nothing); err != nil {
		t.Fatal(err)
	}
	if third, born := h.enrol(number); !born || third.Member == first.Member || third.Member == 0 {
		t.Errorf("at the desk again: %+v, born %v", third, born)
	}
}

// Who was taken in at a desk is forgotten like anybody else.
func TestEnrolledIsErased(t *testing.T) {
	t.Parallel()
	h := open(t)
	who, _ := h.enrol(number)
	if err := h.Erase(t.Context(), seal.ErasuresBeside(filepath.Join(t.TempDir(), "master.key")), who.Member, nothing); err != nil {
		t.Fatal(err)
	}
	if n := h.count("select count(*) from phone") + h.count("select count(*) from subject where wrapped_key is not null or peer_index is not null"); n != 0 {
		t.Errorf("%d rows know them still", n)
	}
	if back, born := h.enrol(number); !born || back.Member == who.Member {
		t.Errorf("who comes back is %+v, born %v", back, born)
	}
}

// A number that lay idle may have been sold again: at a desk, as in a chat, it is another
// person's, and staff are asked.
func TestEnrolledRecycled(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		later time.Duration
		born  bool
	}{
		"seen lately":       {member.Recycled - time.Hour, false},
		"not seen for long": {member.Recycled + time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			old := h.subject(chat.Telegram, "old")
			h.verify(old, number)
			for i := range 2 { // the second time nobody new is made
				var who member.Subject
				var born bool
				h.tx(func(ctx context.Context, tx storage.Tx) (err error) {
					who, born, err = h.EnrolTx(ctx, tx, now.Add(tt.later), number)
					return err
				})
				if born != (tt.born && i == 0) || (who.Member != old.Member) != tt.born {
					t.Errorf("time %d: member %d, born %v; the holder was %d", i, who.Member, born, old.Member)
				}
			}
			if asked := len(h.pairs()) == 1; asked != tt.born {
				t.Errorf("staff are asked: %v, want %v", asked, tt.born)
			}
		})
	}
}
