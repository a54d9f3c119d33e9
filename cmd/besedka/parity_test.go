package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/chat"
	"besedka/web/rehearsal"
)

var updateParity = flag.Bool("update", false, "rewrite the table of docs/channels.md")

// TestParity walks the shipped programme from end to end in every messenger that a
// rehearsal has, each over the wire of its fake, and compares what is left: a
// function that a messenger lacks, or an end that differs, fails. It prints the table
// of docs/channels.md.
func TestParity(t *testing.T) {
	channels := rehearsedChannels(t)
	r := startRehearsal(t)
	r.advance(t, untilNoon(r.now(t))) // points that are given before midnight and after it expire apart
	r.api(t, "POST", "prizes/kruzhka/stock", `{"change": 100, "reason": "привезли"}`)
	works := map[string]map[string]bool{}
	var first string
	for i, channel := range channels {
		w := &walk{rehearsed: r, channel: channel, who: "parity-" + channel}
		works[channel] = w.all(t)
		left := w.left(t)
		if i == 0 {
			first = left
		}
		if diff := cmp.Diff(first, left); diff != "" {
			t.Errorf("%s ends otherwise than %s:\n%s", channel, channels[0], diff)
		}
	}
	checkParity(t, channels, works)
}

// untilNoon is how long it is until noon of the programme.
func untilNoon(now time.Time) time.Duration {
	const noon = 9 * time.Hour // in UTC
	next := now.Truncate(24 * time.Hour).Add(noon)
	if !next.After(now) {
		next = next.Add(24 * time.Hour)
	}
	return next.Sub(now)
}

// rehearsedChannels are those of a rehearsal, the web chat first.
func rehearsedChannels(t *testing.T) []string {
	t.Helper()
	s := stage{clock: rehearsal.NewClock(time.Now()), site: "http://localhost"}
	if err := s.startFakes(); err != nil {
		t.Fatal(err)
	}
	channels := []string{string(chat.Webchat)}
	for _, f := range s.fakes {
		channels = append(channels, string(f.name))
		f.close()
	}
	slices.Sort(channels[1:])
	return channels
}

// function is something that the programme does for a shopper: what they do, and a
// word that they must hear.
type function struct {
	name  string
	lines []said
}

type said struct {
	act   fields
	hears string
}

func text(s, hears string) said  { return said{fields{"text": s}, hears} }
func press(s, hears string) said { return said{fields{"button": s}, hears} }

// A receipt is bought when it is sent: nil stands for its photo or its code.
var functions = []function{
	{"знакомство: согласие и анкета", []said{
		text("/start", "Согласие даю"), press("Согласие даю", "?"), text("Анна", "день рождения"), text("12.05.1990", "город"),
		text("Казань", "Есть"), press("Есть", "В магазине"), press("В магазине", "Пропустить"), press("Пропустить", "Готово, Анна!"),
	}},
	{"чек: фото", []said{{fields{"photo": nil}, "ек на 6 000 ₽"}}},
	{"чек: код словами", []said{text("", "ек на 6 000 ₽")}},
	{"баланс", []said{text("баланс", "600 бонусов")}},
	{"история", []said{text("история", "+300")}},
	{"почему столько", []said{text("почему столько", "6 000 ₽")}},
	{"опрос с наградой", []said{text("опрос", "1 из 3"), text("никогда", "2 из 3"), press("Не успеваю", "3 из 3"), text("9", "20 бонусов")}},
	{"отзыв", []said{text("отзыв", "?"), text("5", "Без слов"), press("Без слов", "")}},
	{"подарок: отложить и вернуть", []said{
		text("подарки", "Ещё подарок"), press("Ещё подарок", "Кружка с коровой"), press("Забрать", "Не надо"), press("Не надо", "300"),
	}},
	{"подарок: взять", []said{
		text("подарки", "Ещё подарок"), press("Ещё подарок", "Кружка с коровой"), press("Забрать", "Забираю"), press("Забираю", "кассе"),
		text("мои подарки", "ждёт в лавке"),
	}},
	{"купоны", []said{text("мои купоны", "упон")}},
	{"уровень", []said{text("уровень", "")}},
	{"карта", []said{text("карта", "")}},
	{"вопрос и ответ", []said{text("где купить?", "")}},
	{"настройки", []said{text("настройки", "Пусть так"), press("Пусть так", "")}},
	{"отписаться", []said{text("отписаться", "")}},
	{"удалить данные и передумать", []said{text("удалить мои данные", "Удалить всё"), press("Удалить всё", "Через час"), text("не удаляйте", "")}},
}

// walk is one shopper in one messenger.
type walk struct {
	rehearsed
	channel, who string
}

// all goes through every function and says which of them work.
func (w *walk) all(t *testing.T) map[string]bool {
	t.Helper()
	works := map[string]bool{}
	for _, f := range functions {
		works[f.name] = true
		for _, line := range f.lines {
			if heard := w.does(t, line.act); heard == "" || !strings.Contains(heard, line.hears) {
				t.Errorf("%s, %s, %v: heard %q, want %q", w.channel, f.name, line.act, heard, line.hears)
				works[f.name] = false
			}
		}
	}
	return works
}

// does acts; a receipt is verified before the next line.
func (w *walk) does(t *testing.T, act fields) string {
	t.Helper()
	_, photo := act["photo"]
	switch {
	case photo:
		act = fields{"photo": fields{"qr": w.receipt(t, 6000_00, nil)}}
	case act["text"] == "":
		act = fields{"text": w.receipt(t, 6000_00, nil)}
	default:
		return w.do(t, w.channel, w.who, maps.Clone(act))
	}
	heard := w.do(t, w.channel, w.who, act)
	w.advance(t, time.Minute)
	return heard
}

// What two walks do not share: names of rows, instants, the messenger itself.
var (
	namesOfRows = regexp.MustCompile(`"(id|member|receipt|conversation|subject|number|code|first|last|order|head)":\s*("[^"]*"|\d+)`)
	instants    = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)`)
)

// left is what the walk leaves with the member: profile and consents, balance and
// statement, receipts, coupons, cards, the level, and what was ordered.
func (w *walk) left(t *testing.T) string {
	t.Helper()
	m := w.member(t, w.channel, w.who)
	var b strings.Builder
	fmt.Fprintf(&b, "registered %t, %d points\n", m.RegisteredAt != nil, m.points())
	for _, c := range m.Consents {
		fmt.Fprintf(&b, "%s %s %t\n", c.Kind, c.Version, c.Granted)
	}
	for _, r := range m.Receipts {
		fmt.Fprintf(&b, "receipt %s %d %d\n", r.State, r.Sum, r.Points)
	}
	for _, path := range []string{"", "/coupons", "/tier", "/statement", "/cards", "/family", "/subscriptions"} {
		status, body := w.staff(t, "GET", fmt.Sprintf("members/%d%s", m.ID, path), "", "")
		body = instants.ReplaceAllString(namesOfRows.ReplaceAllString(body, `"$1":0`), "then")
		fmt.Fprintf(&b, "%s %d %s\n", path, status, strings.ReplaceAll(strings.ReplaceAll(body, w.channel, "channel"), ",", ",\n"))
	}
	return b.String()
}

// checkParity holds the table of docs/channels.md to what works.
func checkParity(t *testing.T, channels []string, works map[string]map[string]bool) {
	t.Helper()
	const file, begin, end = "../../docs/channels.md", "-run TestParity -update -->\n", "<!-- /parity -->"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(page), begin)
	_, tail, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("%s has no place for the table", file)
	}
	want := head + begin + parityTable(channels, works) + end + tail
	if *updateParity {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, string(page)); diff != "" {
		t.Errorf("%s is of another day, go test ./cmd/besedka -run TestParity -update:\n%s", file, diff)
	}
}

func parityTable(channels []string, works map[string]map[string]bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| | %s |\n|---|%s\n", strings.Join(channels, " | "), strings.Repeat("---|", len(channels)))
	for _, f := range functions {
		fmt.Fprintf(&b, "| %s |", f.name)
		for _, c := range channels {
			fmt.Fprintf(&b, " %s |", map[bool]string{true: "да", false: "нет"}[works[c][f.name]])
		}
		b.WriteString("\n")
	}
	return b.String()
}
