package inbox

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/receipt"
	"besedka/core/support"
	"besedka/core/topup"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
	"besedka/web/console/ui"
)

// errGrant is the answer to a grant of nothing, or for no reason.
var errGrant = errors.New("no amount, or no reason")

// maxReason is in characters: the shopper reads it.
const maxReason = 200

// doer is who asks for an act in a conversation that they have. All forms of a page have
// one key: the act is part of its own.
func (a asked) doer() support.Doer {
	return support.Doer{Staff: a.By, Conversation: a.id, Key: a.FormKey()}
}

// verify, link, grant and template are done by core/support, and say in the toast what came
// of them.
func (p *pages) verify(ctx context.Context, tx storage.Tx, a asked) error {
	id, err := a.FormNumber("receipt")
	if err != nil {
		return err
	}
	done, err := p.Desk.VerifyTx(ctx, tx, a.Now, a.doer(), id)
	a.came.tell(done, map[string]any{"receipt": id, "outcome": done.Outcome})
	return err
}

func (p *pages) link(ctx context.Context, tx storage.Tx, a asked) error {
	done, err := p.Desk.LinkTx(ctx, tx, a.Now, a.doer(), strings.TrimSpace(a.R.PostForm.Get("qr")))
	a.came.tell(done, map[string]any{"receipt": done.Receipt, "outcome": done.Outcome})
	return err
}

func (p *pages) grant(ctx context.Context, tx storage.Tx, a asked) error {
	amount, ok := topup.Amount(strings.TrimSpace(a.R.PostForm.Get("amount")), 2)
	reason := strings.TrimSpace(a.R.PostForm.Get("reason"))
	if !ok || reason == "" || utf8.RuneCountInString(reason) > maxReason || !utf8.ValidString(reason) || strings.ContainsRune(reason, 0) {
		return errGrant
	}
	done, err := p.Desk.GrantTx(ctx, tx, a.Now, a.doer(), amount, reason)
	a.came.tell(done, map[string]any{"amount": amount})
	return err
}

func (p *pages) template(ctx context.Context, tx storage.Tx, a asked) error {
	all, err := p.Canned.Templates(ctx, a.Now, a.By, a.id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(t *chat.Template) bool { return t.Name == a.R.PostForm.Get("template") })
	if i < 0 {
		return console.Refusal{Status: 400, Key: "bad_form"}
	}
	a.came.detail = map[string]any{"template": all[i].Name}
	_, err = p.Desk.TemplateTx(ctx, tx, a.Now, a.doer(), all[i])
	return err
}

// tell keeps what the toast says of an act: whether the shopper was told, and why not.
func (c *came) tell(done support.Done, detail map[string]any) {
	c.detail = detail
	switch {
	case done.Told:
	case done.Reason == receipt.DuplicateOther:
		c.how = "-duplicate"
	case done.Outcome == receipt.Refused:
		c.how = "-refused"
	default:
		c.how = "-quiet"
	}
}

// stepPrefix begins what is chosen of a list of flows and steps when it is a step.
const stepPrefix = "step "

// giveBackTo lets the bot speak again with a question of the flow that it stands in.
func (p *pages) giveBackTo(ctx context.Context, tx storage.Tx, a asked, step string) error {
	all, err := p.Targets(ctx, a.Now, a.id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(g dialogs.Target) bool { return g.Name() == step })
	if i < 0 || !all[i].Legal() {
		return errStep
	}
	a.came.detail = map[string]any{"step": step}
	return p.toBot(ctx, tx, a, conversation.GiveBack{Step: step})
}

// errStep is the answer to who gives a conversation back to a question that cannot be asked.
var errStep = errors.New("the bot cannot ask this question now")

// hole says why a question cannot be asked.
func hole(v ui.View, g dialogs.Target) string {
	if g.Consent != "" {
		return v.T("inbox.desk.no_consent")
	}
	return v.T("inbox.canned.missing") + " " + strings.Join(g.Unset, ", ")
}

// askable says whether a receipt can be verified again.
func askable(s receipt.State) bool {
	return s == receipt.Queued || s == receipt.Waiting || s == receipt.Manual || s == receipt.Rejected
}

// beginnings are the flows that people can begin by themselves: others may stand on what
// those have asked, a consent above all.
func beginnings(p *flows.Programme) (names []string) {
	for _, id := range slices.Sorted(maps.Keys(p.Flows)) {
		if p.Flows[id].Start.Begins() {
			names = append(names, id)
		}
	}
	return names
}
