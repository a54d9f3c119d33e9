package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"besedka/web"
)

// demoShopper is one of those who keep writing in a demonstration, so that the staff have
// whom to answer. They come by the web chat, as everybody, and know of the house only what
// they read there: started anew they go on where they were.
type demoShopper struct {
	site string // http://127.0.0.1:8080
	peer string // their cookie: 32 hex digits
	asks []string
	now  func() time.Time
}

// questions are what shoppers ask people, each of them in turn.
var questions = [][]string{
	{"Когда придёт мой приз? Заказывала кружку на прошлой неделе.", "Кружка пришла со сколом, можно заменить?"},
	{"За вчерашний чек ничего не начислили, хотя йогурты в нём есть.", "А за творог бонусы тоже есть?"},
	{"Номер телефона сменился, как перенести бонусы?", "Старый номер уже не мой, это важно?"},
	{"Сколько живут бонусы? Не хочу, чтобы сгорели.", "Можно потратить часть, а остальное потом?"},
	{"Магазин у дома не пробивает QR на чеке. Что делать?", "А фото чека без QR подойдёт?"},
	{"Можно нам с мужем копить вместе?", "И если он выйдет, чьи будут бонусы?"},
	{"Я отменила согласие случайно, верните, пожалуйста.", "Чеки за это время пропали?"},
	{"Приложение банка показывает чек, а бумажного нет. Примете?", "Куда его прислать?"},
}

const (
	thanks     = "Спасибо, теперь понятно!"
	callPeople = "оператор"
	stillHere  = "Вы ещё здесь?"
	patience   = 2 * time.Minute // after which they ask whether anybody is there
	longing    = 3               // how often in a row they write before they just wait
)

// newShopper is the shopper i, the same one after every start.
func newShopper(site string, i int, now func() time.Time) demoShopper {
	sum := sha256.Sum256(fmt.Appendf(nil, "shopper %d of the demonstration", i))
	return demoShopper{site: site, peer: hex.EncodeToString(sum[:16]), asks: questions[i%len(questions)], now: now}
}

// next is what they write now, having read so much; "" when they wait for an answer.
func (s demoShopper) next(lines []web.Line) string {
	if len(lines) == 0 {
		return "Здравствуйте!"
	}
	own, asked := "", 0
	waits := 0 // of their own in a row at the end
	for _, l := range lines {
		if waits++; l.From != "shopper" {
			waits = 0
			continue
		}
		own = l.Text
		for _, ask := range s.asks {
			if l.Text == ask {
				asked++
			}
		}
	}
	last := lines[len(lines)-1]
	switch {
	case last.From == "staff":
		return thanks
	case last.From == "bot" && own == callPeople:
		return s.asks[asked%len(s.asks)]
	case last.From == "bot":
		return callPeople
	case waits < longing && own != thanks && s.now().Sub(last.At) >= patience:
		return stillHere
	}
	return ""
}

// step reads what there is and writes what comes next.
func (s demoShopper) step(ctx context.Context) error {
	lines, err := s.read(ctx)
	if err != nil {
		return err
	}
	if text := s.next(lines); text != "" {
		return s.write(ctx, fmt.Sprintf("shopper-%d-%d", len(lines), s.now().UnixMilli()), text)
	}
	return nil
}

// read is the whole conversation, a page after the other.
func (s demoShopper) read(ctx context.Context) (lines []web.Line, err error) {
	for after := int64(0); ; after = lines[len(lines)-1].N {
		var page struct{ Messages []web.Line }
		if err := s.call(ctx, http.MethodGet, fmt.Sprintf("/api/chat/messages?after=%d", after), nil, &page); err != nil {
			return nil, err
		}
		if len(page.Messages) == 0 {
			return web.Standing(lines), nil
		}
		lines = append(lines, page.Messages...)
	}
}

func (s demoShopper) write(ctx context.Context, key, text string) error {
	return s.call(ctx, http.MethodPost, "/api/chat/messages", map[string]string{"key": key, "text": text}, nil)
}

func (s demoShopper) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, s.site+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.AddCookie(&http.Cookie{Name: web.PeerCookie, Value: s.peer})
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	if resp.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s", method, path, resp.Status)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// How often a shopper looks at their chat, and how far apart they come in first.
const (
	shopperLooks = 40 * time.Second
	shopperComes = 5 * time.Second
)

// keepWriting lets so many shoppers come and write until ctx ends.
func keepWriting(ctx context.Context, site string, n int, log *slog.Logger) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			s, wait := newShopper(site, i, time.Now), time.Duration(i)*shopperComes
			for {
				select {
				case <-ctx.Done():
					return
				case <-time.After(wait):
				}
				wait = shopperLooks
				if err := s.step(ctx); err != nil && ctx.Err() == nil {
					log.WarnContext(ctx, "a shopper of the demonstration could not write", "shopper", i, "err", err)
				}
			}
		})
	}
	all.Wait()
}
