package main

import (
	"bytes"
	"fmt"
	"image/png"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	fake "besedka/bots/fake/telegram"
	"besedka/core/fiscal"
	"besedka/core/verify/emulator"
	"besedka/web/receiptart"
)

// heard is one message as it reached a person.
type heard struct {
	chat   int64
	app    int   // the process that sent it
	outbox int64 // its row
	at     time.Time
	text   string // the first line without spaces, of which numbers have their own
}

// crowd is everybody who writes to the bot.
type crowd struct {
	wire   *crashWire
	chance *rand.Rand
	people map[int64]*person
	order  []*person
	heard  []heard
}

type person struct {
	chat     int64
	said     int
	answered int
	known    map[int64]bool // outbox rows heard
	heard    []heard
}

func newCrowd(w *crashWire, chance *rand.Rand) *crowd {
	c := &crowd{wire: w, chance: chance, people: map[int64]*person{}}
	for i := range int64(crashChats) {
		p := &person{chat: 1000 + i, known: map[int64]bool{}}
		c.people[p.chat] = p
		c.order = append(c.order, p)
	}
	return c
}

// speak listens, then lets everybody write who does not wait for answers.
func (c *crowd) speak(t *testing.T) {
	t.Helper()
	c.listen()
	for _, p := range c.order {
		for p.said < crashMessages && p.said-p.answered < 1+c.chance.IntN(crashAhead) {
			p.said++
			act := p.does(t, p.said)
			if c.chance.IntN(crashAgain) == 0 {
				act.Repeat = 1
			}
			if _, err := c.wire.fake.Do(act); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// listen takes in what was sent since.
func (c *crowd) listen() {
	for _, m := range c.wire.fake.Sent(0, len(c.heard)) {
		app, row, _ := strings.Cut(m.RequestID, "/")
		h := heard{chat: m.Chat, at: m.At}
		h.app, _ = strconv.Atoi(app)
		h.outbox, _ = strconv.ParseInt(row, 10, 64)
		line, _, _ := strings.Cut(m.Text, "\n")
		h.text = strings.Join(strings.Fields(line), "")
		c.heard = append(c.heard, h)
		c.people[h.chat].hears(h)
	}
}

func (c *crowd) answered() bool {
	return !slices.ContainsFunc(c.order, func(p *person) bool { return p.answered < crashMessages })
}

// firsts are the messages without repetitions.
func (c *crowd) firsts() (all []heard) {
	for _, p := range c.order {
		all = append(all, p.firsts()...)
	}
	return all
}

const (
	question = "дальше?"
	credited = "начислено" // news, which come when they come
	looking  = "Смотрю"    // the program's own word when a photo takes long
)

func (h heard) news() bool {
	return strings.HasPrefix(h.text, credited) || strings.HasPrefix(h.text, looking)
}

func (p *person) hears(h heard) {
	p.heard = append(p.heard, h)
	if !p.known[h.outbox] && h.text != question && !h.news() {
		p.answered++
	}
	p.known[h.outbox] = true
}

func (p *person) firsts() (all []heard) {
	seen := map[int64]bool{}
	for _, h := range p.heard {
		if !seen[h.outbox] {
			all = append(all, h)
		}
		seen[h.outbox] = true
	}
	return all
}

// inFlight says whether a kill explains that a message was sent twice: the one
// who had sent it, or the database, died after the first and before the second
// time, when nothing later had been sent in this chat.
func (p *person) inFlight(first, second heard, kills []kill) bool {
	return slices.ContainsFunc(kills, func(k kill) bool {
		later := func(h heard) bool { return h.outbox > first.outbox && h.at.Before(k.at) }
		if slices.ContainsFunc(p.heard, later) {
			return false
		}
		switch k.app {
		case first.app:
			return second.at.After(k.at)
		case second.app: // its last word was still on the way
			return first.at.After(k.at)
		}
		return k.app == theDatabase && second.at.After(k.at) && first.at.Before(k.until)
	})
}

// does is the nth message of a person: a number, now and then a receipt, and
// from some people a picture of one.
func (p *person) does(t *testing.T, n int) fake.Act {
	t.Helper()
	act := fake.Act{From: p.chat, Name: "Имя", Lang: "ru", Text: strconv.Itoa(n)}
	switch {
	case n == 3 && p.chat%10 == 0:
		act.Text, act.Photo = "", photograph(t, p.receipt(n))
	case n%5 == 3:
		act.Text = p.receipt(n).String()
	}
	return act
}

func photograph(t *testing.T, q fiscal.QR) []byte {
	t.Helper()
	contents, err := fiscal.ParseReceipt(emulator.Invent(q))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := receiptart.Receipt(contents, q.String())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// receipt is the fiscal document of the nth message. Two people send the same
// one, and everybody sends their first one again.
func (p *person) receipt(n int) fiscal.QR {
	chat := p.chat
	switch {
	case n == 18:
		n = 3
	case n == 13 && chat%2 == 1:
		chat, n = chat-1, 8
	}
	bought := fiscal.CivilAt(time.Now().UTC().AddDate(0, 0, -1).Truncate(24 * time.Hour))
	return fiscal.QR{
		Time: bought, Sum: (1000 + chat%2*100 + int64(n)) * 100, Operation: fiscal.Sale,
		FN: fmt.Sprintf("9961%012d", chat), FD: int64(n), FP: chat*100 + int64(n),
	}
}

// want is what a person must hear, one line a message, news left out. Who of
// two people is the first with a receipt is open.
func (p *person) want() (all []string) {
	taken := map[string]bool{}
	for _, h := range p.heard {
		taken[h.text] = true
	}
	for n := 1; n <= crashMessages; n++ {
		if n%5 != 3 {
			all = append(all, fmt.Sprintf("эхо%d", n), question)
			continue
		}
		sum := fmt.Sprintf("%d₽", p.receipt(n).Sum/100)
		switch {
		case n == 18:
			all = append(all, "повтор"+sum)
		case taken["чужой"+sum]:
			all = append(all, "чужой"+sum)
		default:
			all = append(all, "чек"+sum)
		}
	}
	return all
}

// receipts counts the different documents that were sent, and the points they
// bring in minor units.
func (c *crowd) receipts() (n, points int) {
	seen := map[fiscal.Key]bool{}
	for _, p := range c.order {
		for m := 3; m <= crashMessages; m += 5 {
			if q := p.receipt(m); !seen[q.Key()] {
				seen[q.Key()] = true
				n, points = n+1, points+int(q.Sum)/20
			}
		}
	}
	return n, points
}
