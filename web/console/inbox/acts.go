package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"besedka/core/conversation"
	"besedka/core/receipt"
	"besedka/core/seal"
	"besedka/core/staff"
	"besedka/core/support"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
)

// asked is what a form asks of a conversation. The key is of the shopper.
type asked struct {
	*console.Visit
	id   int64
	key  seal.Key
	came *came
}

// came is what an act came to, past that it was done.
type came struct {
	detail map[string]any // of the audit log
	to     string         // where its reader goes on; "": the conversation
	how    string         // ends the name of the toast
}

// doing carries it out, in its transaction.
type doing func(ctx context.Context, tx storage.Tx, a asked) error

// errText is the answer to a reply or a note of no words, or of too many.
var errText = errors.New("no text, or too much of it")

// errLeftOver is the answer to a reply with a name in braces: nobody has put there what it
// stands for.
var errLeftOver = errors.New("a name in braces is left in the text")

// act carries a form out once. What people can mend is said on the page again, with
// what they wrote.
func (p *pages) act(do doing) func(v *console.Visit) error {
	return func(v *console.Visit) error {
		id, err := v.PathNumber("id")
		if err != nil {
			return err
		}
		_, key, err := p.Door.Person(v.R.Context(), id)
		if err != nil {
			return err
		}
		refused := v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
			var came came
			if err := do(ctx, tx, asked{v, id, key, &came}); err != nil {
				return "", err
			}
			name := actOf(v)
			act := staff.Act{Staff: v.By.ID, Act: "conversations." + strings.ReplaceAll(name, "-", "_"), Object: fmt.Sprintf("conversation/%d", id), Detail: came.detail}
			to := cmp.Or(came.to, talkPath(id, p.spotOf(v.R.PostForm.Get("show")))) + "&done=inbox-" + name + came.how
			if name == "reply" {
				to += "&sent=" + url.QueryEscape(v.R.PostForm.Get("key")) // its draft is not kept any more, see inbox.js
			}
			return to, staff.AuditTx(ctx, tx, v.Now, act)
		})
		trouble := troubleOf(refused)
		if trouble == "" {
			return refused
		}
		t, err := p.talk(v.R.Context(), v.Now, id)
		if err != nil {
			return err
		}
		t.Trouble, t.Typed = trouble, v.R.PostForm
		if stale, ok := errors.AsType[*conversation.StaleError](refused); ok {
			t.Arrived = stale.Arrived
		}
		switch act := actOf(v); {
		case act == "reply": // a note is for colleagues alone
			t.Draft = v.R.PostForm.Get("text")
		case trouble == "stale":
			t.Again, t.Trouble = act, "stale_back"
		}
		return p.page(v, t, v.ShowAgain)
	}
}

// actOf is what a form asks for, as the end of its address.
func actOf(v *console.Visit) string { return v.R.URL.Path[strings.LastIndexByte(v.R.URL.Path, '/')+1:] }

// troubleOf names why an act was refused, "" for what the page has no words for.
func troubleOf(err error) string {
	_, stale := errors.AsType[*conversation.StaleError](err)
	_, limited := errors.AsType[*support.LimitError](err)
	_, taken := errors.AsType[*conversation.TakenError](err)
	switch {
	case stale:
		return "stale"
	case taken:
		return "taken"
	case errors.Is(err, conversation.ErrNotHeld):
		return "bot"
	case errors.Is(err, conversation.ErrWindowClosed):
		return "window"
	case errors.Is(err, errText):
		return "text"
	case errors.Is(err, support.ErrColleague):
		return "colleague"
	case errors.Is(err, support.ErrTime):
		return "time"
	case errors.Is(err, receipt.ErrKnownGood):
		return "known_good"
	case errors.Is(err, receipt.ErrNoService):
		return "no_service"
	case errors.Is(err, receipt.ErrNotFiscal):
		return "not_fiscal"
	case errors.Is(err, errStep):
		return "step"
	case errors.Is(err, errGrant):
		return "grant"
	case limited:
		return "over_limit"
	case errors.Is(err, errWriting):
		return "writing"
	case errors.Is(err, errLeftOver):
		return "left_over"
	}
	return ""
}

func (p *pages) take(ctx context.Context, tx storage.Tx, a asked) error {
	from, err := a.FormNumber("from")
	if err != nil {
		return err
	}
	if a.R.PostForm.Get("anyway") == "" && from != a.By.ID && p.Here.Writing(a.id, from) {
		return errWriting
	}
	return p.Door.TakeTx(ctx, tx, a.Now, conversation.Taking{Conversation: a.id, Staff: a.By.ID, From: from, Queue: p.Programme().People()})
}

func (p *pages) release(ctx context.Context, tx storage.Tx, a asked) error {
	return p.Door.ReleaseTx(ctx, tx, a.Now, a.id, a.By.ID, "")
}

func (p *pages) giveBack(ctx context.Context, tx storage.Tx, a asked) error {
	begin := a.R.PostForm.Get("begin")
	if step, ok := strings.CutPrefix(begin, stepPrefix); ok {
		return p.giveBackTo(ctx, tx, a, step)
	}
	if f := p.Programme().Flows[begin]; begin != "" && (f == nil || !f.Start.Begins()) {
		return console.Refusal{Status: 400, Key: "bad_form"}
	}
	a.came.detail = map[string]any{"begin": begin}
	return p.toBot(ctx, tx, a, conversation.GiveBack{Begin: begin})
}

// toBot gives the conversation back as its reader has seen it.
func (p *pages) toBot(ctx context.Context, tx storage.Tx, a asked, g conversation.GiveBack) (err error) {
	g.Conversation, g.Staff, g.Key = a.id, a.By.ID, "console "+a.R.PostForm.Get("key")
	if g.Seen, err = a.FormNumber("seen"); err != nil {
		return err
	}
	if g.Ended == "" {
		return p.Door.GiveBackTx(ctx, tx, a.Now, g)
	}
	return p.cases().CloseTx(ctx, tx, a.Now, g)
}

func (p *pages) reply(ctx context.Context, tx storage.Tx, a asked) error {
	text, err := textOf(a.Visit)
	if err != nil {
		return err
	}
	if flows.LeftOver(text) != "" {
		return errLeftOver
	}
	seen, err := a.FormNumber("seen")
	if err != nil {
		return err
	}
	r := conversation.Reply{Conversation: a.id, Staff: a.By.ID, Key: "console " + a.R.PostForm.Get("key"), Text: text, Seen: seen, Mark: p.Mark}
	return p.Door.ReplyTx(ctx, tx, a.Now, r)
}

func (p *pages) note(ctx context.Context, tx storage.Tx, a asked) error {
	text, err := textOf(a.Visit)
	if err != nil {
		return err
	}
	_, err = support.WriteTx(ctx, tx, a.Now, a.id, a.By.ID, a.key, text)
	return err
}

// textOf is what was written, as a messenger takes it.
func textOf(v *console.Visit) (string, error) {
	text := strings.TrimSpace(strings.ReplaceAll(v.R.PostForm.Get("text"), "\r\n", "\n"))
	if !conversation.Sayable(text) {
		return "", errText
	}
	return text, nil
}
