package inbox

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/dialogs"
	"besedka/dialogs/canned"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// Deps is what the page stands on.
type Deps struct {
	DB        *storage.DB
	Door      *conversation.Service
	Members   *member.Service
	Media     *media.Service
	Canned    *canned.Service
	Here      *support.Presence
	Desk      *support.Desk
	Targets   func(ctx context.Context, now time.Time, conversation int64) ([]dialogs.Target, error) // see runner.Runner
	Programme func() *flows.Programme                                                                // as published now
	Mark      func(of chat.Channel, lang string) string                                              // closes every message; of a demonstration
	Now       func() time.Time
}

func (d Deps) cases() support.Cases { return support.Cases{Door: d.Door} }

type pages struct {
	Deps
	shared shared
}

const home = "/console/inbox"

// Section is the inbox of the console.
func Section(d Deps) console.Section {
	p := &pages{Deps: d, shared: shared{kept: map[support.Asked]reading{}}}
	route := func(method, path string, serve func(v *console.Visit) error) console.Route {
		return console.Route{Method: method, Path: home + path, Permission: staff.Converse, Serve: serve}
	}
	return console.Section{
		Name: "inbox",
		Routes: []console.Route{
			route(http.MethodGet, "", p.showList),
			route(http.MethodGet, "/find", p.toList),
			route(http.MethodPost, "/find", p.find),
			route(http.MethodPost, "/{id}/find", p.findWords),
			route(http.MethodGet, "/{id}/around", p.showAround),
			route(http.MethodGet, "/replies", p.showReplies),
			route(http.MethodPost, "/replies", p.keepReply),
			route(http.MethodPost, "/replies/{reply}/drop", p.dropReply),
			route(http.MethodPost, "/{id}/presence", p.tellPresence),
			route(http.MethodGet, "/{id}", p.showTalk),
			route(http.MethodGet, "/{id}/replies", p.offerReplies),
			route(http.MethodGet, "/{id}/photos/{photo}", p.showPhoto),
			route(http.MethodPost, "/{id}/take", p.act(p.take)),
			route(http.MethodPost, "/{id}/release", p.act(p.release)),
			route(http.MethodPost, "/{id}/give-back", p.act(p.giveBack)),
			route(http.MethodGet, "/closed", p.showClosed),
			route(http.MethodPost, "/{id}/transfer", p.act(p.transfer)),
			route(http.MethodPost, "/{id}/close", p.act(p.close)),
			route(http.MethodPost, "/{id}/snooze", p.act(p.snooze)),
			route(http.MethodPost, "/{id}/tags", p.act(p.tag)),
			route(http.MethodPost, "/{id}/reply", p.act(p.reply)),
			route(http.MethodPost, "/{id}/notes", p.act(p.note)),
			route(http.MethodPost, "/{id}/verify", p.act(p.verify)),
			route(http.MethodPost, "/{id}/link", p.act(p.link)),
			{Method: http.MethodPost, Path: home + "/{id}/grant", Permission: staff.GrantPoints, Serve: p.act(p.grant)},
			route(http.MethodPost, "/{id}/template", p.act(p.template)),
		},
		Topics: []console.Topic{
			{Name: "inbox", Permission: staff.Converse, Mark: p.listMark, Piece: p.listPiece},
			{Name: "waits", Permission: staff.Converse, Mark: p.waitsMark, Piece: p.waitsPiece},
			{Name: "here", Permission: staff.Converse, Mark: p.hereMark, Piece: p.herePiece},
			{Name: "talk", Permission: staff.Converse, Mark: p.talkMark, Piece: p.talkPiece},
		},
	}
}

// list is one of the lists as somebody of the staff sees it.
type list struct {
	Spot   spot
	Rows   []support.Row
	Counts support.Counts
	Open   int64                    // the conversation shown beside, 0: none
	Here   map[int64][]support.Here // who is in them
	At     time.Time                // that its clocks show
	Of     *flows.Programme
}

// spot is a list, narrowed to a tag when there is one.
type spot struct {
	Show support.Show
	Tag  string
}

// String is how addresses and forms name it: mine, mine.prize.
func (s spot) String() string {
	if s.Tag == "" {
		return string(s.Show)
	}
	return string(s.Show) + "." + s.Tag
}

// spotOf reads the name, of those that wait when it is none of ours.
func (p *pages) spotOf(asked string) spot {
	show, tag, _ := strings.Cut(asked, ".")
	s := spot{support.Waiting, ""}
	if slices.Contains(support.Shows, support.Show(show)) {
		s.Show = support.Show(show)
	}
	if slices.ContainsFunc(p.Programme().Support.Tags, func(l flows.Label) bool { return l.ID == tag }) {
		s.Tag = tag
	}
	return s
}

// watch names the list in the stream: whose it is, too.
func (l list) watch(v ui.View) ui.Watch {
	return ui.Watch{Topic: fmt.Sprintf("inbox:%d-%d-%s", v.By.ID, l.Open, l.Spot), Mark: l.mark()}
}

// mark changes whenever the list does, and who is in its conversations.
func (l list) mark() string {
	mark := support.MarkOf(l.At, []any{l.Rows, l.Counts})
	for _, r := range l.Rows {
		if here := l.Here[r.ID]; len(here) > 0 {
			mark += fmt.Sprintf(".%d:%s", r.ID, presenceMark(here))
		}
	}
	return mark
}

func (p *pages) list(ctx context.Context, asked string, by, open int64) (list, error) {
	return p.listFrom(ctx, p.read, asked, by, open)
}

// listFrom is a list as it is read of the database, or shared.
func (p *pages) listFrom(ctx context.Context, read reader, asked string, by, open int64) (list, error) {
	l := list{Spot: p.spotOf(asked), Open: open, Here: map[int64][]support.Here{}, Of: p.Programme(), At: p.Now()}
	r, err := read(ctx, l.At, support.Asked{Show: l.Spot.Show, Staff: by, Tag: l.Spot.Tag})
	l.Rows, l.Counts = r.rows, r.counts.Of(by)
	for _, r := range l.Rows {
		if here := p.Here.In(r.ID, by); len(here) > 0 {
			l.Here[r.ID] = here
		}
	}
	return l, err
}

// talkPath leads to a conversation beside a list.
func talkPath(id int64, s spot) string {
	return fmt.Sprintf("%s/%d?show=%s", home, id, url.QueryEscape(s.String()))
}

// listPath leads to a list.
func listPath(s spot) string { return home + "?show=" + url.QueryEscape(s.String()) }

func (p *pages) showList(v *console.Visit) error {
	l, err := p.list(v.R.Context(), v.R.URL.Query().Get("show"), v.By.ID, 0)
	if err != nil {
		return err
	}
	return v.Show(listPage(v.View, l))
}

// listMark is of the list as its name in the stream says, see watch. What is asked for
// is nobody's secret among those who may see any of it.
func (p *pages) listMark(ctx context.Context, of string) (string, error) {
	l, err := p.listOf(ctx, of)
	return l.mark(), err
}

func (p *pages) listPiece(v *console.Visit, of, _ string) (templ.Component, error) {
	l, err := p.listOf(v.R.Context(), of)
	if whose, _, _ := strings.Cut(of, "-"); err == nil && l.Spot.Show == support.Review && whose != strconv.FormatInt(v.By.ID, 10) {
		err = fmt.Errorf("list %q: %w", of, storage.ErrNotFound) // a colleague may see other partners' receipts
	}
	return rows(v.View, l), err
}
