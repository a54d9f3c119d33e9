package member_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/storage"
)

// step runs one step of a link in a transaction that commits even when the
// step is refused, as a turn does.
func (h *house) step(do func(ctx context.Context, tx storage.Tx) error) (refusal error) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		refusal = do(ctx, tx)
		return nil
	})
	return refusal
}

func (h *house) issue(at time.Time, s member.Subject) (code string, refusal error) {
	refusal = h.step(func(ctx context.Context, tx storage.Tx) (err error) {
		code, err = h.IssueLinkTx(ctx, tx, at, s.ID)
		return err
	})
	return code, refusal
}

func (h *house) openLink(at time.Time, s member.Subject, code string) (link member.Link, refusal error) {
	refusal = h.step(func(ctx context.Context, tx storage.Tx) (err error) {
		link, err = h.OpenLinkTx(ctx, tx, at, s.ID, code)
		return err
	})
	return link, refusal
}

func (h *house) accept(at time.Time, s member.Subject) error {
	return h.step(func(ctx context.Context, tx storage.Tx) error {
		_, err := h.AcceptLinkTx(ctx, tx, at, s.ID)
		return err
	})
}

func (h *house) confirm(at time.Time, s member.Subject) (owner member.Owner, refusal error) {
	refusal = h.step(func(ctx context.Context, tx storage.Tx) (err error) {
		_, owner, err = h.ConfirmLinkTx(ctx, tx, at, s.ID)
		return err
	})
	return owner, refusal
}

func (h *house) refuse(s member.Subject) error {
	return h.step(func(ctx context.Context, tx storage.Tx) error {
		_, err := h.RefuseLinkTx(ctx, tx, now, s.ID)
		return err
	})
}

func TestLinkJoinsAfterBothSidesAgreed(t *testing.T) {
	t.Parallel()
	h := open(t)
	tg, web := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")
	code, err := h.issue(now, web)
	if err != nil {
		t.Fatal(err)
	}
	if n := h.count(`select count(*) from link_code l where l::text like '%' || $1 || '%'`, code); n != 0 {
		t.Error("the code is readable in the table")
	}
	link, err := h.openLink(now, tg, " "+strings.ToUpper(code)) // as a phone may send it
	if want := (member.Link{
		Issuer: member.Side{Subject: web.ID, Conversation: web.Conversation, Channel: chat.Webchat},
		Opener: member.Side{Subject: tg.ID, Conversation: tg.Conversation, Channel: chat.Telegram},
	}); link != want || err != nil {
		t.Fatalf("open = %+v, %v, want %+v", link, err, want)
	}
	if _, err := h.confirm(now, web); !errors.Is(err, member.ErrLinkUnknown) {
		t.Errorf("confirmed before it was accepted: %v", err)
	}
	if err := h.accept(now, tg); err != nil {
		t.Fatal(err)
	}
	if h.subject(chat.Webchat, "2").Member == h.subject(chat.Telegram, "1").Member {
		t.Error("joined before the issuer agreed")
	}
	owner, err := h.confirm(now, web)
	if want := (member.Owner{Member: tg.Member, Joined: true}); owner != want || err != nil {
		t.Errorf("confirm = %+v, %v, want %+v", owner, err, want)
	}
	if got := h.subject(chat.Webchat, "2").Member; got != tg.Member {
		t.Errorf("the web chat belongs to member %d, want %d", got, tg.Member)
	}
	code, _ = h.issue(now, web)
	if _, err := h.openLink(now, tg, code); !errors.Is(err, member.ErrLinkOwn) {
		t.Errorf("a link between one's own chats: %v, want ErrLinkOwn", err)
	}
}

func TestLinkIsRefused(t *testing.T) {
	t.Parallel()
	late := now.Add(member.LinkTTL)
	tests := []struct {
		name string
		do   func(h *house, web, tg member.Subject, code string) error
	}{
		{"opened too late", func(h *house, _, tg member.Subject, code string) error {
			_, err := h.openLink(late, tg, code)
			return err
		}},
		{"mistyped", func(h *house, _, tg member.Subject, code string) error {
			_, err := h.openLink(now, tg, code[1:]+"0")
			return err
		}},
		{"replaced by a newer one", func(h *house, web, tg member.Subject, code string) error {
			h.issue(now, web)
			_, err := h.openLink(now, tg, code)
			return err
		}},
		{"opened twice", func(h *house, _, tg member.Subject, code string) error {
			h.openLink(now, tg, code)
			_, err := h.openLink(now, h.subject(chat.Telegram, "3"), code)
			return err
		}},
		{"accepted too late", func(h *house, _, tg member.Subject, code string) error {
			h.openLink(now, tg, code)
			return h.accept(late, tg)
		}},
		{"accepted by a stranger", func(h *house, _, tg member.Subject, code string) error {
			h.openLink(now, tg, code)
			return h.accept(now, h.subject(chat.Telegram, "3"))
		}},
		{"confirmed too late", func(h *house, web, tg member.Subject, code string) error {
			h.openLink(now, tg, code)
			h.accept(now, tg)
			_, err := h.confirm(late, web)
			return err
		}},
		{"confirmed by the opener", func(h *house, _, tg member.Subject, code string) error {
			h.openLink(now, tg, code)
			h.accept(now, tg)
			_, err := h.confirm(now, tg)
			return err
		}},
		{"refused by the issuer", func(h *house, web, tg member.Subject, code string) error {
			h.openLink(now, tg, code)
			h.accept(now, tg)
			if err := h.refuse(web); err != nil {
				return err
			}
			_, err := h.confirm(now, web)
			return err
		}},
	}
	h := open(t)
	for _, tt := range tests {
		web, tg := h.subject(chat.Webchat, tt.name), h.subject(chat.Telegram, tt.name)
		code, err := h.issue(now, web)
		if err != nil {
			t.Fatal(err)
		}
		if err := tt.do(h, web, tg, code); !errors.Is(err, member.ErrLinkUnknown) {
			t.Errorf("%s: err = %v, want ErrLinkUnknown", tt.name, err)
		}
	}
	if len(h.joins) != 0 {
		t.Errorf("members were joined: %v", h.joins)
	}
}

func TestLinkOpenedInParallelIsOneMansLink(t *testing.T) {
	t.Parallel()
	h := open(t)
	code, err := h.issue(now, h.subject(chat.Webchat, "1"))
	if err != nil {
		t.Fatal(err)
	}
	openers := h.subjects(chat.Telegram, strings.Split("abcdefgh", "")...)
	results := make([]error, len(openers))
	var wg sync.WaitGroup
	for i, s := range openers {
		wg.Go(func() { _, results[i] = h.openLink(now, s, code) })
	}
	wg.Wait()
	opened := 0
	for _, err := range results {
		if err == nil {
			opened++
		} else if !errors.Is(err, member.ErrLinkUnknown) {
			t.Errorf("a loser's answer: %v, want ErrLinkUnknown", err)
		}
	}
	if opened != 1 {
		t.Errorf("%d chats opened one link", opened)
	}
}

func TestLinkLimits(t *testing.T) {
	t.Parallel()
	h := open(t)
	web, tg := h.subject(chat.Webchat, "1"), h.subject(chat.Telegram, "2")
	var code string
	for range member.LinksPerHour {
		var err error
		if code, err = h.issue(now, web); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.issue(now, web); !errors.Is(err, member.ErrLinkLimit) {
		t.Errorf("one link too many: %v, want ErrLinkLimit", err)
	}
	for range member.LinkTriesPerHour {
		h.openLink(now, tg, "0000000000000000")
	}
	if _, err := h.openLink(now, tg, code); !errors.Is(err, member.ErrLinkLimit) {
		t.Errorf("the right code after too many wrong ones: %v, want ErrLinkLimit", err)
	}
	later := now.Add(time.Hour)
	code, err := h.issue(later, web)
	if err != nil {
		t.Fatalf("an hour later: %v", err)
	}
	if _, err := h.openLink(later, tg, code); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
