package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"besedka/bots"
	fakemail "besedka/bots/fake/mail"
	fakesms "besedka/bots/fake/sms"
	"besedka/bots/mail"
	"besedka/bots/sms"
	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/letter"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/storagetest"
)

// office is a database, the letters in it, and both fakes.
type office struct {
	dsn     string
	db      *storage.DB
	keys    *seal.Keyring
	members *member.Service
	phones  *fakesms.Server
	boxes   *fakemail.Server
	letters *letter.Service
	sms     bots.Carrier
	mail    bots.Carrier
	clock   *virtualClock // of the services
	loud    func(time.Time) time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	keys, err := seal.New([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{dsn: storagetest.DSN(t), keys: keys, clock: &virtualClock{}, loud: func(at time.Time) time.Time { return at }}
	o.clock.set(noon)
	if o.db, err = storage.Open(t.Context(), o.dsn, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.db.Close)
	o.members = member.New(o.db, keys, func(ctx context.Context, tx storage.Tx, _ time.Time, from, into int64) error {
		return consent.MergeTx(ctx, tx, from, into)
	})
	o.letters = o.service(o.db)
	o.phones = fakesms.New("", "key", o.clock.Now)
	wire := httptest.NewServer(o.phones)
	t.Cleanup(wire.Close)
	if o.boxes, err = fakemail.Start(o.clock.Now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.boxes.Close() })
	if o.sms, err = sms.New(sms.Config{Server: wire.URL, Key: "key"}); err != nil {
		t.Fatal(err)
	}
	if o.mail, err = mail.New(mail.Config{Server: o.boxes.URL(), From: "hello@polyanka.example", Now: o.clock.Now}); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) service(db *storage.DB) *letter.Service {
	return &letter.Service{DB: db, Keys: o.keys, Loud: func(at time.Time) time.Time { return o.loud(at) }}
}

// posts are the loops of both media over a service.
func (o *office) posts(s *letter.Service) []*Letters {
	end := func(token string) string { return "https://polyanka.example/letters/" + token }
	clock, log := o.clock.Now, slog.New(slog.DiscardHandler)
	return []*Letters{NewLetters(s, consent.SMS, o.sms, end, clock, log), NewLetters(s, consent.Email, o.mail, end, clock, log)}
}

// settle steps both loops at one instant until nothing is due.
func (o *office) settle(t *testing.T, posts []*Letters) {
	t.Helper()
	for range 100 {
		busy := false
		for _, p := range posts {
			worked, next, err := p.Step(t.Context(), o.clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			busy = busy || worked || !next.IsZero() && !next.After(o.clock.Now())
		}
		if !busy {
			return
		}
	}
	t.Fatal("it never settles")
}

func (o *office) person(t *testing.T, name string) member.Subject {
	t.Helper()
	var who []member.Subject
	err := o.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) (err error) {
		who, err = o.members.SubjectsTx(ctx, tx, noon, chat.Telegram, []string{name})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return who[0]
}

func (o *office) queue(t *testing.T, l letter.Letter) error {
	t.Helper()
	return o.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error { return o.letters.QueueTx(ctx, tx, o.clock.Now(), l) })
}

func (o *office) must(t *testing.T, l letter.Letter) {
	t.Helper()
	if err := o.queue(t, l); err != nil {
		t.Fatal(err)
	}
}

func (o *office) wants(t *testing.T, who member.Subject, m consent.Medium, wanted bool) {
	t.Helper()
	err := o.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return consent.SubscribeTx(ctx, tx, o.clock.Now(), who.Member, m, wanted)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// stands is the state and the reason of a letter.
func (o *office) stands(t *testing.T, key string) string {
	t.Helper()
	s, err := storage.Value[string](t.Context(), o.db, `select state || coalesce(' ' || reason, '') from letter where key = $1`, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	annasPhone = "+79990000001"
	annasBox   = "anna@example.org"
)

func smsTo(who member.Subject, key string) letter.Letter {
	return letter.Letter{Key: key, Medium: consent.SMS, To: annasPhone, Subject: who.ID, Text: "words of " + key}
}

func mailTo(who member.Subject, key string) letter.Letter {
	return letter.Letter{Key: key, Medium: consent.Email, To: annasBox, Subject: who.ID, Title: "Title", Text: "words of " + key}
}

func code(l letter.Letter) letter.Letter {
	l.Secret = true
	return l
}

func news(l letter.Letter) letter.Letter {
	l.Unasked = true
	return l
}

// TestLettersLeaveOnce: whatever a provider or a network does, a phone gets an SMS once,
// and a box may get a letter again only as the very same one.
func TestLettersLeaveOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	posts, anna := o.posts(o.letters), o.person(t, "anna")
	for i, spoil := range []fakesms.Fault{{}, {Kind: fakesms.Drop}, {Kind: fakesms.Lose}, {Kind: fakesms.Page}, {Kind: fakesms.Refuse, Code: 3}, {Kind: fakesms.Refuse, Code: 4}, {Kind: fakesms.Refuse, Code: 9}} {
		if spoil.Kind != "" {
			o.phones.Spoil(spoil)
		}
		l := smsTo(anna, fmt.Sprintf("sms/%d", i))
		if i%2 == 1 {
			l = code(l)
		}
		o.must(t, l)
		o.must(t, l) // the same again is nothing
		for range 20 {
			o.settle(t, posts)
			o.clock.set(o.clock.Now().Add(time.Minute))
		}
		if got := o.stands(t, l.Key); got != "delivered" {
			t.Errorf("%+v: %s", spoil, got)
		}
	}
	if got := len(o.phones.Sent(annasPhone, 0)); got != 7 {
		t.Errorf("the phone has %d, want 7", got)
	}
	o.boxes.Spoil(fakemail.Fault{Kind: fakemail.RefuseTo, Code: 450})
	o.must(t, mailTo(anna, "mail/grey"))
	o.settle(t, posts)
	o.boxes.Spoil(fakemail.Fault{Kind: fakemail.Drop})
	o.must(t, mailTo(anna, "mail/drop"))
	for range 5 {
		o.settle(t, posts)
		o.clock.set(o.clock.Now().Add(time.Minute))
	}
	ids := map[string]int{}
	for _, m := range o.boxes.Received(annasBox, 0) {
		ids[m.ID]++
	}
	if len(ids) != 2 || o.stands(t, "mail/grey") != "sent" || o.stands(t, "mail/drop") != "sent" {
		t.Errorf("the box has %v", ids)
	}
	o.boxes.Spoil(fakemail.Fault{Kind: fakemail.Drop})
	o.must(t, code(mailTo(anna, "mail/code")))
	for range 5 {
		o.settle(t, posts)
		o.clock.set(o.clock.Now().Add(time.Minute))
	}
	if got := o.stands(t, "mail/code"); got != "unknown unknown_outcome" || len(o.boxes.Received(annasBox, 0)) != 4 {
		t.Errorf("a code of unknown outcome is %s, the box has %d letters", got, len(o.boxes.Received(annasBox, 0)))
	}
	kept, err := storage.Value[int](t.Context(), o.db, `select count(sealed_text) from letter where secret`)
	if err != nil || kept != 0 {
		t.Errorf("%d codes are kept, %v", kept, err)
	}
}

// TestKilledInMidSending: who comes after a process that was killed asks the provider,
// and sends only what it never had.
func TestKilledInMidSending(t *testing.T) {
	t.Parallel()
	for _, had := range []bool{true, false} {
		o := newOffice(t)
		o.must(t, smsTo(o.person(t, "anna"), "sms"))
		other, err := storage.Open(t.Context(), o.dsn, 0)
		if err != nil {
			t.Fatal(err)
		}
		claimed, _, err := o.service(other).Claim(t.Context(), o.clock.Now(), consent.SMS)
		if err != nil || len(claimed) != 1 {
			t.Fatalf("claimed %v, %v", claimed, err)
		}
		if had {
			if _, err := o.sms.Send(t.Context(), bots.Letter{Key: "sms", To: annasPhone, Text: claimed[0].Text}); err != nil {
				t.Fatal(err)
			}
		}
		other.Close() // as a kill does, before anything is marked
		posts := o.posts(o.letters)
		for range 5 {
			o.settle(t, posts)
			o.clock.set(o.clock.Now().Add(time.Minute))
		}
		if got := o.stands(t, "sms"); got != "delivered" || len(o.phones.Sent(annasPhone, 0)) != 1 {
			t.Errorf("had %v: %s, the phone has %d", had, got, len(o.phones.Sent(annasPhone, 0)))
		}
	}
}

// TestNewsIsWanted: the subscription is asked when a letter leaves, quiet hours and too
// much of a day put it off, and nobody gets too much by two processes.
func TestNewsIsWanted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	posts, anna := o.posts(o.letters), o.person(t, "anna")
	o.wants(t, anna, consent.SMS, true)
	o.must(t, news(smsTo(anna, "a")))
	o.must(t, news(mailTo(anna, "b"))) // never wanted
	o.loud = func(at time.Time) time.Time { return at.Add(time.Hour) }
	o.must(t, code(smsTo(anna, "code"))) // was asked for
	o.settle(t, posts)
	if got := len(o.phones.Sent("", 0)); got != 1 || o.stands(t, "a") != "pending quiet" || o.stands(t, "b") != "failed unwanted" {
		t.Errorf("in quiet hours %d are sent, %s, %s", got, o.stands(t, "a"), o.stands(t, "b"))
	}
	o.wants(t, anna, consent.SMS, false)
	o.loud = func(at time.Time) time.Time { return at }
	o.clock.set(o.clock.Now().Add(time.Hour))
	o.settle(t, posts)
	if got := o.stands(t, "a"); got != "failed unwanted" {
		t.Errorf("said no meanwhile: %s", got)
	}
	o.wants(t, anna, consent.SMS, true)
	for i := range letter.NewsPerDay + 3 {
		o.must(t, news(smsTo(anna, fmt.Sprintf("n%d", i))))
	}
	var all sync.WaitGroup
	for range 4 {
		post := o.posts(o.letters)[0]
		all.Go(func() {
			for range 40 {
				if _, _, err := post.Step(t.Context(), o.clock.Now()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got := len(o.phones.Sent(annasPhone, 0)); got != letter.NewsPerDay+1 {
		t.Errorf("of a day %d are sent, want %d and the code", got, letter.NewsPerDay)
	}
	o.clock.set(o.clock.Now().Add(25 * time.Hour))
	o.settle(t, posts)
	if got := len(o.phones.Sent(annasPhone, 0)); got != letter.NewsPerDay+4 {
		t.Errorf("by the next day %d are sent", got)
	}
	if end := o.letters.Unsubscribe(t.Context(), o.clock.Now(), "sms-1-AAAA"); !errors.Is(end, storage.ErrNotFound) {
		t.Errorf("a token of nobody's: %v", end)
	}
}

// TestOneClickEndsLetters, whoever the subject is by then.
func TestOneClickEndsLetters(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	posts, anna, hers := o.posts(o.letters), o.person(t, "anna"), o.person(t, "anna at home")
	o.wants(t, hers, consent.Email, true)
	o.must(t, news(mailTo(hers, "a")))
	o.settle(t, posts)
	got := o.boxes.Received(annasBox, 0)
	if len(got) != 1 {
		t.Fatalf("the box has %d", len(got))
	}
	err := o.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		_, err := o.members.MergeTx(ctx, tx, o.clock.Now(), anna.Member, hers.Member, "phone")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	token := filepath.Base(strings.Trim(got[0].Header.Get("List-Unsubscribe"), "<>"))
	o.clock.set(o.clock.Now().Add(time.Minute))
	for range 2 {
		if err := o.letters.Unsubscribe(t.Context(), o.clock.Now(), token); err != nil {
			t.Fatal(err)
		}
	}
	if may, err := consent.MayWrite(t.Context(), o.db, anna.Member, consent.Email); may || err != nil {
		t.Errorf("she is still written to: %v, %v", may, err)
	}
}

// TestCodesHaveLimits, under many taps at once too.
func TestCodesHaveLimits(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	anna := o.person(t, "anna")
	var all sync.WaitGroup
	var mu sync.Mutex
	written, refused := 0, 0
	for i := range 16 {
		all.Go(func() {
			err := o.queue(t, code(smsTo(anna, fmt.Sprintf("c%d", i))))
			mu.Lock()
			defer mu.Unlock()
			if tooSoon, ok := errors.AsType[*letter.TooSoonError](err); ok && tooSoon.Until.Equal(o.clock.Now().Add(letter.ResendPause)) {
				refused++
			} else if err == nil {
				written++
			}
		})
	}
	all.Wait()
	if written != 1 || refused != 15 {
		t.Errorf("%d written, %d refused", written, refused)
	}
	passed := 0
	for i := range 24 * 60 {
		o.clock.set(noon.Add(time.Duration(i) * time.Minute))
		if o.queue(t, code(smsTo(anna, fmt.Sprintf("d%d", i)))) == nil {
			passed++
		}
	}
	if passed != letter.CodesPerDay-1 {
		t.Errorf("%d of a day, want %d", passed, letter.CodesPerDay-1)
	}
}

// TestErasedAreNotWrittenTo, and nothing of theirs is left.
func TestErasedAreNotWrittenTo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	posts, anna := o.posts(o.letters), o.person(t, "anna")
	o.must(t, smsTo(anna, "before"))
	o.settle(t, posts)
	o.must(t, smsTo(anna, "waiting"))
	list := seal.ErasuresBeside(filepath.Join(t.TempDir(), "key"))
	if err := o.members.Erase(t.Context(), list, anna.Member, func(context.Context, storage.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	o.must(t, smsTo(anna, "after"))
	o.clock.set(o.clock.Now().Add(time.Hour))
	o.settle(t, posts)
	left, err := storage.Value[string](t.Context(), o.db,
		`select string_agg(key || ' ' || state || ' ' || (address is null and sealed_to is null and sealed_text is null and due_at is null), ', ' order by key) from letter`)
	if want := "before sent true, waiting failed true"; left != want || err != nil {
		t.Errorf("left is %s, want %s: %v", left, want, err)
	}
	if got := len(o.phones.Sent("", 0)); got != 1 {
		t.Errorf("%d are sent", got)
	}
}

// TestRestored: what waited when a backup was made may have left since. An SMS is asked
// after, a code is left alone.
func TestRestored(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	posts, anna := o.posts(o.letters), o.person(t, "anna")
	o.must(t, smsTo(anna, "left"))
	o.must(t, smsTo(anna, "never"))
	o.must(t, code(mailTo(anna, "code")))
	if _, err := o.sms.Send(t.Context(), bots.Letter{Key: "left", To: annasPhone, Text: "words"}); err != nil {
		t.Fatal(err)
	}
	if err := o.db.InTx(t.Context(), letter.DoubtAllTx); err != nil {
		t.Fatal(err)
	}
	o.settle(t, posts)
	if got := len(o.phones.Sent("", 0)); got != 2 || o.stands(t, "code") != "unknown unknown_outcome" {
		t.Errorf("%d are sent, the code is %s", got, o.stands(t, "code"))
	}
}

// TestManyProcesses: what many send at once leaves once each.
func TestManyProcesses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	anna := o.person(t, "anna")
	for i := range 120 {
		l := smsTo(anna, fmt.Sprintf("s%d", i))
		l.To = fmt.Sprintf("+7999%07d", i%40)
		o.must(t, l)
	}
	var all sync.WaitGroup
	for range 4 {
		db, err := storage.Open(t.Context(), o.dsn, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		post := o.posts(o.service(db))[0]
		all.Go(func() {
			for range 60 {
				if _, _, err := post.Step(t.Context(), o.clock.Now()); err != nil && !storage.Retryable(err) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	once := map[string]int{}
	for _, m := range o.phones.Sent("", 0) {
		once[m.Text]++
	}
	if len(once) != 120 || len(o.phones.Sent("", 0)) != 120 {
		t.Errorf("%d letters left %d times, want 120 once", len(once), len(o.phones.Sent("", 0)))
	}
}
