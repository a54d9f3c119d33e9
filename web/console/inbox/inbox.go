package inbox

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/core/staff"
	"besedka/core/support"
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
	Programme func() *flows.Programme                   // as published now
	Mark      func(of chat.Channel, lang string) string // closes every message; of a demonstration
}

type pages struct {
	Deps
	drawing easel
	shared  shared
}

const home = "/console/inbox"

// Section is the inbox of the console.
func Section(d Deps) console.Section {
	p := &pages{Deps: d, drawing: make(easel, 1), shared: shared{kept: map[support.Show]reading{}}}
	route := func(method, path string, serve func(v *console.Visit) error) console.Route {
		return console.Route{Method: method, Path: home + path, Permission: staff.Converse, Serve: serve}
	}
	return console.Section{
		Name: "inbox",
		Routes: []console.Route{
			route(http.MethodGet, "", p.showList),
			route(http.MethodGet, "/find", p.find),
			route(http.MethodGet, "/{id}", p.showTalk),
			route(http.MethodGet, "/{id}/photos/{photo}", p.showPhoto),
			route(http.MethodPost, "/{id}/take", p.act(p.take)),
			route(http.MethodPost, "/{id}/release", p.act(p.release)),
			route(http.MethodPost, "/{id}/give-back", p.act(p.giveBack)),
			route(http.MethodPost, "/{id}/reply", p.act(p.reply)),
			route(http.MethodPost, "/{id}/notes", p.act(p.note)),
		},
		Topics: []console.Topic{
			{Name: "inbox", Permission: staff.Converse, Mark: p.listMark, Piece: p.listPiece},
			{Name: "talk", Permission: staff.Converse, Mark: p.talkMark, Piece: p.talkPiece},
		},
	}
}

// list is one of the lists as somebody of the staff sees it.
type list struct {
	Show support.Show
	Rows []support.Row
	Open int64 // the conversation shown beside, 0: none
}

// watch names the list in the stream: whose it is, too.
func (l list) watch(v ui.View) ui.Watch {
	return ui.Watch{Topic: "inbox:" + string(l.Show) + "-" + strconv.FormatInt(v.By.ID, 10) + "-" + strconv.FormatInt(l.Open, 10), Mark: support.MarkOf(l.Rows)}
}

func (p *pages) list(ctx context.Context, show string, by, open int64) (list, error) {
	l := list{Show: showOf(show), Open: open}
	var err error
	l.Rows, err = support.List(ctx, p.DB, l.Show, by)
	return l, err
}

// showOf is the list that is asked for, of those that wait when it is none of ours.
func showOf(asked string) support.Show {
	if show := support.Show(asked); slices.Contains(support.Shows, show) {
		return show
	}
	return support.Waiting
}

// talkPath leads to a conversation beside a list.
func talkPath(id int64, show support.Show) string {
	return fmt.Sprintf("%s/%d?show=%s", home, id, show)
}

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
	return support.MarkOf(l.Rows), err
}

func (p *pages) listPiece(v *console.Visit, of, _ string) (templ.Component, error) {
	l, err := p.listOf(v.R.Context(), of)
	return rows(v.View, l), err
}
