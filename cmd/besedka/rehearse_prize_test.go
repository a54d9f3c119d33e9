package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// deskCode is what a shopper shows at the till.
var deskCode = regexp.MustCompile(`\d+-\d{6}`)

// playPrize buys a mug in each messenger, from the showcase to the till; on the way
// one is cancelled and one is forgotten, as in A45.
func playPrize(t *testing.T, r rehearsed) {
	r.api(t, "POST", "prizes/kruzhka/stock", `{"change": 3, "reason": "привезли"}`)
	stock := int64(3)
	for _, channel := range []string{"telegram", "webchat"} {
		who := "polina-" + channel
		r.register(t, channel, who)
		r.do(t, channel, who, fields{"photo": fields{"qr": r.receipt(t, 800_000, nil)}})
		r.advance(t, time.Minute)
		stands := func(when string, points int64) {
			t.Helper()
			if got, left := r.member(t, channel, who).points(), r.mugs(t); got != points || left != stock {
				t.Errorf("%s, %s: %d points and %d mugs, want %d and %d", channel, when, got, left, points, stock)
			}
		}
		stands("to begin with", 400_00)
		hears := func(act fields, words ...string) (heard string) {
			t.Helper()
			heard = r.do(t, channel, who, act)
			for _, w := range words {
				if !strings.Contains(heard, w) {
					t.Errorf("%s, %v: heard %q, want %q", channel, act, heard, w)
				}
			}
			return heard
		}
		hears(fields{"text": "подарки"}, "Литр молока", "90 бонусов", "[Ещё подарок]") // without codes it is sold out
		hears(fields{"button": "Ещё подарок"}, "Кружка с коровой", "300 бонусов", "[Забрать]")
		hears(fields{"button": "Забрать"}, "тложено", "[Забираю] [Не надо]")
		stock--
		stands("set aside", 100_00)
		hears(fields{"button": "Не надо"}, "300")
		stock++
		stands("cancelled", 400_00)

		hears(fields{"button": "Забрать"}, "[Забираю]")
		stock--
		stands("set aside again", 100_00)
		r.advance(t, 47*time.Hour)
		stands("after 47 hours", 100_00)
		r.advance(t, time.Hour)
		stock++
		stands("after 48 hours", 400_00)
		if heard := r.heard(t, channel, who); !strings.Contains(heard, "Бронь закончилась: Кружка с коровой") {
			t.Errorf("%s: not told that the time has run out: %q", channel, heard)
		}

		hears(fields{"text": "витрина"})
		hears(fields{"button": "Ещё подарок"})
		hears(fields{"button": "Забрать"}, "[Забираю]")
		code := deskCode.FindString(hears(fields{"button": "Забираю"}, "кассе"))
		if again := hears(fields{"text": "мои подарки"}, "ждёт в лавке", "[Отменить]"); deskCode.FindString(again) != code {
			t.Errorf("%s: another code in «мои подарки»: %q, was %q", channel, again, code)
		}
		stock--
		stands("paid for, not handed over", 100_00)
		handed := r.api(t, "POST", "handovers", fmt.Sprintf(`{"code": %q}`, code))
		if !strings.Contains(handed, `"handedOver":true`) {
			t.Errorf("%s: at the till: %s", channel, handed)
		}
		stands("handed over", 100_00)
		hears(fields{"text": "мои подарки"}, "уже у вас")
		hears(fields{"text": "подарки"})
		hears(fields{"button": "Ещё подарок"}, "е хватает 200 бонусов")
	}
}

// mugs is how many are in stock.
func (r rehearsed) mugs(t *testing.T) int64 {
	t.Helper()
	var list struct {
		Prizes []struct {
			Prize string
			Stock int64
		}
	}
	if err := json.Unmarshal([]byte(r.api(t, "GET", "prizes", "")), &list); err != nil {
		t.Fatal(err)
	}
	for _, p := range list.Prizes {
		if p.Prize == "kruzhka" {
			return p.Stock
		}
	}
	return -1
}
