package member_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"besedka/core/chat"
	"besedka/core/member"
	"besedka/storage"
)

func (h *house) code(at time.Time, s member.Subject) (c member.Code, err error) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		c, err = h.IssueCodeTx(ctx, tx, at, s)
		return nil
	})
	return c, err
}

func (h *house) tries(at time.Time, s member.Subject, text string) (o member.Owner, left int, err error) {
	h.Helper()
	h.tx(func(ctx context.Context, tx storage.Tx) error {
		o, left, err = h.CheckCodeTx(ctx, tx, at, s, text)
		return nil
	})
	return o, left, err
}

// wrong is a code that was not sent.
func wrong(c member.Code) string {
	if c.Digits == "000000" {
		return "000001"
	}
	return "000000"
}

func TestCodeProvesATypedNumber(t *testing.T) {
	t.Parallel()
	h := open(t)
	tg, web := h.subject(chat.Telegram, "1"), h.subject(chat.Webchat, "2")
	h.verify(tg, number)
	if _, err := h.code(now, web); !errors.Is(err, member.ErrNoClaim) {
		t.Errorf("a code for no number: %v", err)
	}
	h.claim(web, number)
	c, err := h.code(now, web)
	if err != nil || c.To != number || len(c.Digits) != 6 {
		t.Fatalf("the code is %+v, %v", c, err)
	}
	if n := h.count(`select count(*) from phone_code where position($1::bytea in code_hash) > 0 or position($1::bytea in sealed) > 0`, []byte(c.Digits)); n != 0 {
		t.Error("the code lies open in the database")
	}
	if _, _, err := h.tries(now, tg, c.Digits); !errors.Is(err, member.ErrCodeLate) {
		t.Errorf("another chat gives the code: %v", err)
	}
	if _, _, err := h.tries(now, web, "не пришёл"); !errors.Is(err, member.ErrCodeUnlike) {
		t.Errorf("words: %v", err)
	}
	if _, left, err := h.tries(now, web, wrong(c)); !errors.Is(err, member.ErrCodeWrong) || left != member.CodeTries-1 {
		t.Errorf("a wrong code: %d tries left, %v", left, err)
	}
	o, _, err := h.tries(now.Add(member.CodeTTL-time.Second), web, c.Digits[:3]+" - "+c.Digits[3:])
	if want := (member.Owner{Member: tg.Member, Joined: true}); o != want || err != nil {
		t.Errorf("the right code: %+v, %v, want %+v", o, err, want)
	}
	if _, _, err := h.tries(now, web, c.Digits); !errors.Is(err, member.ErrCodeLate) {
		t.Errorf("the code again: %v", err)
	}
}

func TestCodeGrowsOldAndIsGuessedFiveTimesAtMost(t *testing.T) {
	t.Parallel()
	h := open(t)
	s := h.subject(chat.Webchat, "1")
	h.claim(s, number)
	c, _ := h.code(now, s)
	if _, _, err := h.tries(now.Add(member.CodeTTL), s, c.Digits); !errors.Is(err, member.ErrCodeLate) {
		t.Errorf("ten minutes later: %v", err)
	}
	var all sync.WaitGroup
	for range 3 * member.CodeTries { // however many guess at once
		all.Go(func() { h.tries(now, s, wrong(c)) }) //nolint:errcheck // counted below
	}
	all.Wait()
	if _, _, err := h.tries(now, s, c.Digits); !errors.Is(err, member.ErrCodeLate) {
		t.Errorf("the right code after too many wrong ones: %v", err)
	}
	fresh, err := h.code(now.Add(member.CodePause), s)
	if err != nil {
		t.Fatal(err)
	}
	if _, left, err := h.tries(now.Add(member.CodePause), s, wrong(fresh)); !errors.Is(err, member.ErrCodeWrong) || left != member.CodeTries-1 {
		t.Errorf("a new code has %d tries left, %v", left, err)
	}
}

// Limits hold for a subject with many numbers, and for a number in many chats.
func TestCodesAreLimited(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]func(h *house, i int) member.Subject{
		"subject": func(h *house, i int) member.Subject {
			s := h.subject(chat.Webchat, "1")
			h.claim(s, fmt.Sprintf("+7916%07d", i))
			return s
		},
		"number": func(h *house, i int) member.Subject {
			s := h.subject(chat.Webchat, fmt.Sprint(i))
			h.claim(s, number)
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			asked := 0
			ask := func(at time.Time, want error) {
				t.Helper()
				asked++
				if _, err := h.code(at, who(h, asked)); !errors.Is(err, want) {
					t.Errorf("code %d after %v: %v, want %v", asked, at.Sub(now), err, want)
				}
			}
			ask(now, nil)
			ask(now.Add(member.CodePause-time.Second), member.ErrCodeSoon)
			ask(now.Add(2*time.Minute), nil)
			ask(now.Add(4*time.Minute), nil)
			ask(now.Add(6*time.Minute), member.ErrCodeLimit)
			for i := range 3 {
				ask(now.Add(2*time.Hour+time.Duration(i)*2*time.Minute), nil)
			}
			ask(now.Add(5*time.Hour), member.ErrCodeLimit)
			ask(now.Add(29*time.Hour), nil)
		})
	}
}

// Two processes that ask for one number at once send one code.
func TestCodesAskedForAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	people := make([]member.Subject, 8)
	for i := range people {
		people[i] = h.subject(chat.Webchat, fmt.Sprint(i))
		h.claim(people[i], number)
	}
	var all sync.WaitGroup
	for _, s := range people {
		all.Go(func() { h.code(now, s) }) //nolint:errcheck // counted below
	}
	all.Wait()
	if n := h.count(`select count(*) from phone_code_sent`); n != 1 {
		t.Errorf("%d codes were sent at once, want 1", n)
	}
}

// Nobody finds a number out by guessing at many codes: a messenger has so many wrong
// ones an hour, whoever sends them.
func TestWrongCodesAreLimited(t *testing.T) {
	t.Parallel()
	h := open(t)
	wrongs := 0
	guess := func(at time.Time, i int) (c member.Code, err error) {
		s := h.subject(chat.Webchat, fmt.Sprint(i))
		h.claim(s, fmt.Sprintf("+7916%07d", i))
		if c, err = h.code(at, s); err != nil {
			t.Fatal(err)
		}
		for range member.CodeTries {
			wrongs++
			if _, _, err = h.tries(at, s, wrong(c)); !errors.Is(err, member.ErrCodeWrong) {
				return c, err
			}
		}
		return c, nil
	}
	var err error
	people := 0
	for ; err == nil; people++ {
		_, err = guess(now, people)
	}
	if !errors.Is(err, member.ErrCodeLast) || wrongs != member.WrongCodesPerHour {
		t.Errorf("wrong code %d: %v, want the last at %d", wrongs, err, member.WrongCodesPerHour)
	}
	honest, tg := h.subject(chat.Webchat, "honest"), h.subject(chat.Telegram, "honest")
	h.claim(honest, number)
	c, err := h.code(now, honest)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.tries(now, honest, c.Digits); !errors.Is(err, member.ErrCodeShut) {
		t.Errorf("the right code after that: %v", err)
	}
	later := now.Add(member.CodePause)
	h.claim(tg, number)
	other, err := h.code(later, tg)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.tries(later, tg, wrong(other)); !errors.Is(err, member.ErrCodeWrong) {
		t.Errorf("in another messenger: %v", err)
	}
	if _, err := guess(now.Add(time.Hour), people); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
