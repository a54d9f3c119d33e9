package inbox

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"besedka/core/chat"
	"besedka/core/consent"
	"besedka/core/conversation"
	"besedka/core/ledger"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// Limits of what stands on the page.
const (
	threadRows = 60
	noteRows   = 20
)

// talk is one conversation as its page shows it.
type talk struct {
	conversation.Shown
	Spot   spot             // the list that it stands beside
	Names  map[int64]string // of the staff
	Thread []conversation.Entry
	Notes  []support.Note
	Mark   string
	Step   string // that the bot waits at, "" none
	Who    who
	Here   []support.Here // who of the staff looks at it

	Row        support.Row       // as the lists have it; zero while the bot has it
	Colleagues []staff.Colleague // who may be given it

	Begins    []string         // flows that it can be given back to begin
	Targets   []dialogs.Target // questions that it can be given back to
	Templates []*chat.Template // that its messenger takes at any time

	Trouble string               // why what was asked was not done; a text under inbox.trouble
	Draft   string               // what was not sent
	Typed   url.Values           // into the form of an act that was refused
	Arrived []conversation.Entry // what its author had not seen
	Again   string               // what was refused for it and is no reply: give-back, close
}

// who is the shopper, without a name and with the phones masked.
type who struct {
	RegisteredAt *time.Time
	Phones       []string
	Balances     []balance
	Consents     map[consent.Kind]consent.State
	owned
}

type balance struct {
	flows.Currency
	Points int64 // available
}

// watch names the conversation in the stream, and the list that it stands beside.
func (t talk) watch() ui.Watch {
	return ui.Watch{Topic: "talk:" + strconv.FormatInt(t.ID, 10) + "-" + t.Spot.String(), Mark: t.Mark}
}

// has says whether it is this one's of the staff.
func (t talk) has(v ui.View) bool { return t.Holder != 0 && t.Holder == v.By.ID }

// stepOf is the question that the bot waits with, as flow/step, "" none: a step that calls
// people waits for them.
func stepOf(p *flows.Programme, standing string) string {
	for _, place := range strings.Fields(standing) {
		name, step, _ := strings.Cut(strings.TrimPrefix(place, ">"), "/")
		if !calls(p.Flows[name], step) {
			return name + "/" + step
		}
	}
	return ""
}

// calls says whether a step calls people.
func calls(f *flows.Flow, step string) bool {
	return f != nil && slices.ContainsFunc(f.Steps, func(s *flows.Step) bool { return s.ID == step && s.Handoff != "" })
}

// showTalk shows one conversation.
func (p *pages) showTalk(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	t, err := p.talk(v.R.Context(), v.Now, id)
	if err != nil {
		return err
	}
	return p.page(v, t, v.Show)
}

// looked keeps who has looked at a conversation.
func (p *pages) looked(v *console.Visit, id int64) error {
	return p.noted(v, "conversations.read", id)
}

// page shows a conversation beside the list it is of, to who has asked for it and to whom
// an act is refused alike; the look stays in the log.
func (p *pages) page(v *console.Visit, t talk, show func(templ.Component) error) error {
	if err := p.looked(v, t.ID); err != nil {
		return err
	}
	l, err := p.list(v.R.Context(), v.R.FormValue("show"), v.By.ID, t.ID)
	if err != nil {
		return err
	}
	t.Spot = l.Spot
	if err := p.beside(v, &t); err != nil {
		return err
	}
	return show(talkPage(v.View, l, t))
}

// beside reads what stands beside a conversation as far as it is for its reader to see.
func (p *pages) beside(v *console.Visit, t *talk) (err error) {
	if t.Who.owned, err = p.owned(v.R.Context(), t.Held, v.By.Partners); err != nil {
		return err
	}
	if !v.By.SeesPurse() {
		t.Who.Balances = nil
	}
	if chat.CapsOf(chat.Channel(t.Channel)).Window > 0 {
		t.Templates, err = p.Canned.Templates(v.R.Context(), v.Now, v.By, t.ID)
	}
	if errors.Is(err, storage.ErrNotFound) { // nothing was ever said in it
		err = nil
	}
	return err
}

// talk reads a conversation with what anybody sees beside it.
func (p *pages) talk(ctx context.Context, now time.Time, id int64) (t talk, err error) {
	if t, err = p.thread(ctx, id); err != nil {
		return t, err
	}
	t.Here = p.Here.In(id, 0)
	t.Step = stepOf(p.Programme(), t.Standing)
	if err = p.handling(ctx, now, &t); err != nil {
		return t, err
	}
	if t.Who, err = p.who(ctx, now, t.Held); err != nil {
		return t, err
	}
	t.Begins = beginnings(p.Programme())
	t.Targets, err = p.Targets(ctx, now, id)
	return t, err
}

// thread reads what was said, the mark first: what comes while the rest is read is drawn
// again.
func (p *pages) thread(ctx context.Context, id int64) (t talk, err error) {
	if t.Mark, err = support.ThreadMark(ctx, p.DB, id); err != nil {
		return t, err
	}
	if t.Shown, err = conversation.Show(ctx, p.DB, id); err != nil {
		return t, err
	}
	if t.Names, err = support.Names(ctx, p.DB); err != nil {
		return t, err
	}
	if t.Thread, _, err = p.Door.History(ctx, id, conversation.Cursor{}, threadRows); err != nil {
		return t, err
	}
	slices.Reverse(t.Thread)
	_, key, err := p.Door.Person(ctx, id)
	if err != nil {
		return t, err
	}
	t.Notes, err = support.Notes(ctx, p.DB, id, key, 0, noteRows)
	return t, err
}

func (p *pages) who(ctx context.Context, now time.Time, of conversation.Held) (w who, err error) {
	m, err := p.Members.Get(ctx, of.Member)
	if err != nil {
		return w, err
	}
	w.RegisteredAt = m.RegisteredAt
	for _, phone := range m.Phones {
		w.Phones = append(w.Phones, phone.Masked)
	}
	for _, c := range p.Programme().Money {
		b, err := ledger.BalanceOf(ctx, p.DB, now, of.Member, c.ID)
		if err != nil {
			return w, err
		}
		w.Balances = append(w.Balances, balance{c, b.Points})
	}
	w.Consents, err = consent.Of(ctx, p.DB, of.Member)
	return w, err
}

// talkOf reads the name of a conversation in the stream, see watch.
func (p *pages) talkOf(of string) (id int64, beside spot, err error) {
	number, list, _ := strings.Cut(of, "-")
	if id, err = strconv.ParseInt(number, 10, 64); err != nil {
		err = fmt.Errorf("talk %q: %w", of, storage.ErrNotFound)
	}
	return id, p.spotOf(list), err
}

func (p *pages) talkMark(ctx context.Context, of string) (string, error) {
	id, _, err := p.talkOf(of)
	if err != nil {
		return "", err
	}
	return support.ThreadMark(ctx, p.DB, id)
}

// talkPiece is what a page shows anew, or what somebody asks the stream for without a
// page: the look of all but who has the conversation stays in the log.
func (p *pages) talkPiece(v *console.Visit, of, _ string) (templ.Component, error) {
	id, beside, err := p.talkOf(of)
	if err != nil {
		return nil, err
	}
	t, err := p.thread(v.R.Context(), id)
	if err != nil {
		return nil, err
	}
	t.Spot = beside
	if !t.has(v.View) {
		err = p.looked(v, id)
	}
	return thread(v.View, t), err
}
