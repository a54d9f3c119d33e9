package flows

import (
	"slices"
	"time"

	"besedka/core/campaign/rules"
	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/partner/book"
	"besedka/core/prize/showcase"
	"besedka/core/product/catalogue"
	"besedka/core/tier/ladder"
)

// Programme is a checked programme folder. It is never changed, so any number
// of turns may read it at once.
type Programme struct {
	Name       Words
	Languages  []string // the first is the base language, written inline
	Location   *time.Location
	Country    string     // ISO 3166 code; phones without a country code are read as its
	Currencies []string   // what members collect
	Money      []Currency // what each of them is
	Channels   []chat.Channel
	Consents   map[string]*Document // personal_data, rules, advertising
	Home       Home
	Profile    Profile
	Lists      map[string]*List // by name
	Flows      map[string]*Flow
	Listen     []*Listen
	Commands   []Command // of the menu, in its order; none: there is no menu
	FAQ        *FAQ      // nil for none
	Services   Services  // those it may ask
	Fallback   string    // flow that runs when nothing is asked and no word matches
	Stale      string    // flow that runs on a tap on a menu that is out of date
	Quiet      Quiet     // none when its hours are the same
	Back       *Listen   // words that lead to the question before, unless a flow or a step says otherwise
	NoWayBack  *Text     // said when there is none
	Stuck      *Text     // said when people are called because the bot goes in circles
	Retry      []*Text   // said to a misunderstood answer when the step has nothing of its own
	Segments   map[string]*expr.Program
	Campaigns  []*rules.Campaign
	Catalogue  *catalogue.Catalogue // nil for none
	Partners   *book.Book           // nil for none
	Showcase   *showcase.Showcase   // of prizes; nil for none
	Ladder     *ladder.Ladder       // of tiers; nil for none
	Images     map[string]*Picture  // of prizes, by their ids
	Letters    map[string]LetterTo  // past the chats, by event
	Templates  []*Template          // what WhatsApp is sent outside its window
	Cards      []CardType           // none: members have no cards
	Family     Family               // how members may join theirs
	Widget     Widget               // the chat on sites of the organiser
	Support    Support              // how people answer
	Moved      Moved                // flows of earlier releases
}

// Currency returns one of Money, false when the programme has none of that name.
func (p *Programme) Currency(id string) (Currency, bool) {
	i := slices.IndexFunc(p.Money, func(c Currency) bool { return c.ID == id })
	if i < 0 {
		return Currency{}, false
	}
	return p.Money[i], true
}

// Base is the language the programme is written in.
func (p *Programme) Base() string { return p.Languages[0] }

// Words is one text by language.
type Words map[string]string

// Document is something a person agrees to.
type Document struct {
	Title, Text Words
	Version     string // hash of everything above
}

// Home is the campaign page.
type Home struct {
	Title, Lead, Action Words // Action is the words on the button that opens the chat
	Steps               []Words
	Footer              Words
}

// The kinds of consent, apart from each other by law: each is asked for by a
// step of its own.
const (
	PersonalData = "personal_data"
	Rules        = "rules"
	Advertising  = "advertising"
)

var consentKinds = []string{PersonalData, Rules, Advertising}
