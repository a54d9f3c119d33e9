package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

var (
	cardNumber = regexp.MustCompile(`\b29\d{11}\b`)
	familyCode = regexp.MustCompile(`family_([0-9a-z]{16})`)
)

// TestFamilyAndCards is A40 as people live it: two meet the bot, get cards K1 and K2,
// one invites the other, and both redeem 70.00 of the common 100.00 at two tills at
// once. Then a card is suspended, earns, and is opened again; and the family ends.
func TestFamilyAndCards(t *testing.T) {
	r := startRehearsal(t)
	channels, cards := []string{"telegram", "webchat"}, make([]string, 2)
	for i, channel := range channels {
		r.register(t, channel, "a40")
		cards[i] = cardNumber.FindString(r.do(t, channel, "a40", fields{"text": "карта"}))
		if cards[i] == "" {
			t.Fatalf("%s: no card: %q", channel, r.heard(t, channel, "a40"))
		}
		r.api(t, "POST", fmt.Sprintf("members/%d/topups", r.member(t, channel, "a40").ID), `{"amount": 5000, "reason": "на двоих"}`)
	}
	hears := func(channel string, act fields, words ...string) string {
		t.Helper()
		heard := r.do(t, channel, "a40", act)
		for _, w := range words {
			if !strings.Contains(heard, w) {
				t.Errorf("%s, %v: heard %q, want %q", channel, act, heard, w)
			}
		}
		return heard
	}
	hears("telegram", fields{"text": "семья"}, "станут общими", "[Да, позвать]")
	code := familyCode.FindStringSubmatch(hears("telegram", fields{"button": "Да, позвать"}, "семь дней"))
	if code == nil {
		t.Fatal("no code")
	}
	hears("webchat", fields{"text": "код семьи"}, "код приглашения")
	hears("webchat", fields{"text": code[1]}, "станут общими")
	hears("webchat", fields{"button": "Да, я в семье"}, "вас в семье 2")
	if heard := r.heard(t, "telegram", "a40"); !strings.Contains(heard, "пополнение") {
		t.Errorf("the head was not told: %q", heard)
	}
	won := r.redeemAtOnce(t, cards)
	for _, channel := range channels {
		who := r.member(t, channel, "a40")
		if who.points() != 30_00 {
			t.Errorf("%s has %d, want 3000", channel, who.points())
		}
		var page struct {
			Entries []struct {
				Card string
				Kind string
			}
		}
		if err := json.Unmarshal([]byte(r.api(t, "GET", fmt.Sprintf("members/%d/statement", who.ID), "")), &page); err != nil {
			t.Fatal(err)
		}
		if last := page.Entries[0]; last.Kind != "redeem" || last.Card != cards[won] {
			t.Errorf("%s: the statement ends with %+v, want card %s", channel, last, cards[won])
		}
	}
	r.earnOnSuspendedCard(t, cards[0])
	hears("telegram", fields{"text": "семья"}, "2 из 5")
	hears("telegram", fields{"button": "Уйти из семьи"})
	hears("telegram", fields{"button": "Да, уйти"}, "только ваш")
	if heard := r.heard(t, "webchat", "a40"); !strings.Contains(heard, "Глава ушёл") {
		t.Errorf("the other was not told: %q", heard)
	}
	total := r.member(t, "telegram", "a40").points() + r.member(t, "webchat", "a40").points()
	if total != 30_00+40_00 {
		t.Errorf("%d together after the family, want 7000", total)
	}
	r.booksRight(t)
}

// redeemAtOnce lets two tills reserve 70.00 each, and says whose card got it.
func (r rehearsed) redeemAtOnce(t *testing.T, cards []string) int {
	t.Helper()
	var g errgroup.Group
	statuses, answers := make([]int, 2), make([]string, 2)
	for i, card := range cards {
		g.Go(func() error {
			statuses[i], answers[i] = r.staff(t, "POST", "redemptions", "a40/"+card, fmt.Sprintf(`{"card": %q, "amount": 7000}`, card))
			return nil
		})
	}
	_ = g.Wait()
	won := slices.Index(statuses, http.StatusOK)
	if won < 0 || statuses[1-won] != http.StatusConflict || !strings.Contains(answers[1-won], "insufficient") {
		t.Fatalf("answers %v %v, want one 200 and one 409 insufficient", statuses, answers)
	}
	var got struct{ ID int64 }
	if err := json.Unmarshal([]byte(answers[won]), &got); err != nil {
		t.Fatal(err)
	}
	r.api(t, "POST", fmt.Sprintf("redemptions/%d/commit", got.ID), `{}`)
	return won
}

// earnOnSuspendedCard sends a receipt of 800.00, of which 5 % come back, on a blocked
// card, where it waits; on a suspended one it is credited, and nothing of it can be spent
// before the card is active again.
func (r rehearsed) earnOnSuspendedCard(t *testing.T, card string) {
	t.Helper()
	change := func(status string) {
		t.Helper()
		r.api(t, "POST", "cards/"+card+"/status", fmt.Sprintf(`{"status": %q, "reason": "проверка"}`, status))
	}
	has := func(when string, want int64) {
		t.Helper()
		if got := r.member(t, "telegram", "a40").points(); got != want {
			t.Errorf("%s: %d, want %d", when, got, want)
		}
	}
	change("blocked")
	r.do(t, "telegram", "a40", fields{"photo": fields{"qr": r.receipt(t, 80_000, nil)}})
	r.advance(t, time.Minute)
	has("blocked", 30_00)
	change("suspended")
	r.advance(t, time.Minute)
	has("suspended", 30_00)
	if heard := r.do(t, "telegram", "a40", fields{"text": "баланс"}); !strings.Contains(heard, "карту не откроют") {
		t.Errorf("the balance on a suspended card: %q", heard)
	}
	if heard := r.do(t, "telegram", "a40", fields{"text": "карта"}); !strings.Contains(heard, "приостановлена") {
		t.Errorf("a suspended card: %q", heard)
	}
	change("active")
	has("active again", 70_00)
}

// booksRight wants no breach.
func (r rehearsed) booksRight(t *testing.T) {
	t.Helper()
	var books struct{ Breaches []any }
	if r.must(t, "GET", "books", nil, &books); len(books.Breaches) > 0 {
		t.Errorf("books: %v", books.Breaches)
	}
}
