package telegram

import (
	"net/http"
	"strconv"
	"time"
)

// Limits of core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this:
// of a whole bot, of a group, and of one chat, where a short burst passes.
const (
	maxPerSecond   = 30
	maxGroupMinute = 20
	maxChatMinute  = 60
	maxChatBurst   = 5 // in a second
)

// police counts what the bot says by the server's clock.
type police struct {
	said    map[int64][]time.Time // by chat, of the last minute; 0 is all chats together
	refused int
}

// Police lets the server refuse, with 429, what is above Telegram's limits. Until
// then it takes as much as it gets.
func (s *Server) Police() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.police = &police{said: map[int64][]time.Time{}}
}

// Refused is how often the bot was above the limits.
func (s *Server) Refused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.police.refused
}

// pass counts one message to a chat, or refuses it.
func (p *police) pass(chat int64, now time.Time) *apiError {
	perChat := p.within(chat, now, time.Second) >= maxChatBurst || p.within(chat, now, time.Minute) >= maxChatMinute+maxChatBurst
	if chat < 0 {
		perChat = p.within(chat, now, time.Minute) >= maxGroupMinute
	}
	if perChat || p.within(0, now, time.Second) >= maxPerSecond {
		p.refused++
		return tooMany(1)
	}
	for _, of := range []int64{0, chat} {
		p.said[of] = append(p.said[of], now)
	}
	return nil
}

// within counts what was said in the span that ends now, and forgets what lies
// before any span.
func (p *police) within(chat int64, now time.Time, span time.Duration) (n int) {
	said := p.said[chat]
	for len(said) > 0 && now.Sub(said[0]) >= time.Minute {
		said = said[1:]
	}
	p.said[chat] = said
	for i := len(said) - 1; i >= 0 && now.Sub(said[i]) < span; i-- {
		n++
	}
	return n
}

func tooMany(seconds int) *apiError {
	return &apiError{
		Code: http.StatusTooManyRequests, Description: "Too Many Requests: retry after " + strconv.Itoa(seconds),
		Parameters: &parameters{RetryAfter: seconds},
	}
}
