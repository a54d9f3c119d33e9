package flows

import (
	"strings"
	"time"

	"besedka/core/calendar"
	"besedka/core/expr"
)

// Support is how people work through the conversations that the bot leaves to them.
type Support struct {
	Promise calendar.Promise
	Closed  Wording // said to who calls them outside their hours
	Ends    []Label // why a conversation is closed
	Tags    []Label // what it may be marked with
	Rate    string  // flow that asks how people helped, once they close a conversation; "" for none
}

// Label is a name with what people read for it.
type Label struct {
	ID    string
	Title Words
}

// In is what is read in a language, or else in the programme's own.
func (l Label) In(p *Programme, lang string) string {
	if title := l.Title[lang]; title != "" {
		return title
	}
	return l.Title[p.Base()]
}

// Names of what the words for who calls people outside their hours may print.
const (
	OpensDay  = "day"  // on which people work next
	OpensTime = "time" // from which, on the programme's clock
)

// ClosedNow is what is said to who calls people at an instant, "" while they work.
func (p *Programme) ClosedNow(now time.Time, lang string) string {
	opens := p.Support.Promise.Opens(now)
	if !opens.After(now) {
		return ""
	}
	local := opens.In(p.Location)
	return p.Support.Closed.In(p, lang, map[string]expr.Value{OpensDay: expr.DateOf(local), OpensTime: expr.TextOf(strings.TrimPrefix(local.Format("15:04"), "0"))})
}
