package dialogs

import (
	"strings"

	"besedka/core/chat"
	"besedka/flows"
	"besedka/flows/faq"
)

// question answers what faq.yaml has an answer to and nobody else understood,
// and asks again what was asked. Of two answers that fit alike it lets choose.
func (t *turn) question(in *chat.Inbound) (done bool, err error) {
	found, ok := t.search(in)
	if !ok {
		return false, nil
	}
	return t.either(found)
}

func (t *turn) either(found faq.Found) (done bool, err error) {
	switch {
	case found.Clear():
		t.noteFound(HeardAsked, found, faq.Sure)
		return true, t.reply(found.Best.Name)
	case found.Either():
		t.noteFound(HeardEither, found, faq.Sure)
		return true, t.unsure(found)
	}
	t.noteFound(HeardFar, found, faq.Sure)
	return false, nil
}

// aside answers a question that is put where any words are an answer. So that no
// answer is taken for a question, one without a question mark must be in nothing
// but the words of one question, two at least.
func (t *turn) aside(in *chat.Inbound) (done bool, err error) {
	found, ok := t.search(in)
	marked := strings.HasSuffix(strings.TrimSpace(in.Text), "?")
	switch {
	case !ok:
		return false, nil
	case marked || found.Best.Score >= faq.Exact && found.Words > 1 && found.Clear():
		return t.either(found)
	}
	t.noteFound(HeardFar, found, faq.Exact)
	return false, nil
}

// first answers a question in the first words of all, if it is a plain one: else
// the talk begins as it always does.
func (t *turn) first(in *chat.Inbound) (done bool, err error) {
	if found, ok := t.search(in); ok && found.Clear() {
		return t.either(found)
	}
	return false, nil
}

// search looks for the question in the right layout of the keyboard and, when
// nothing is found, in the other.
func (t *turn) search(in *chat.Inbound) (found faq.Found, ok bool) {
	x := t.e.p.FAQ
	if x == nil || in.Text == "" || in.Photo != nil || in.File != nil || in.Contact != nil {
		return faq.Found{}, false
	}
	found = x.Find(flows.Normal(in.Text))
	if found.Best.Score < faq.Sure {
		if other := x.Find(flows.OtherLayout(in.Text)); other.Best.Score >= faq.Sure {
			found = other
		}
	}
	return found, true
}

// reply says an answer of faq.yaml and goes back to what was asked, or, at the
// first contact, on to how the talk begins. It waits for nothing, so there is
// room for the question whatever else is interrupted.
func (t *turn) reply(name string) error {
	switch {
	case t.waiting() != nil:
		t.push(t.here())
	case t.s.Flow == "" && t.e.first != "":
		t.push(Frame{Flow: t.e.first, Step: t.e.scripts[t.e.first].Steps[0].ID})
	}
	t.enter(flows.FAQName)
	return t.walk(name)
}

// unsure shows both questions as buttons. What is asked stays asked: who meant
// neither answers it.
func (t *turn) unsure(found faq.Found) error {
	flow, vars := t.s.Flow, t.s.Vars
	t.s.Flow, t.s.Vars = flows.FAQName, nil
	s, ask := t.e.step(flows.FAQName, flows.UnsureStep), t.e.p.FAQ.Buttons
	t.noteStep(Entered, s, "")
	err := t.say(s.Say, []*flows.Button{ask[found.Best.Name], ask[found.Next.Name]})
	t.s.Flow, t.s.Vars = flow, vars
	return err
}

// questionTap finds the question of a button that unsure has shown.
func (t *turn) questionTap(token string) (name string, ok bool) {
	name, ok = strings.CutPrefix(token, flows.TapPrefix+flows.FAQTap)
	return name, ok && t.e.p.FAQ != nil && t.e.p.FAQ.Buttons[name] != nil
}

func (t *turn) noteFound(kind NoteKind, found faq.Found, need int) {
	if t.env.Explain && found.Best.Score > 0 {
		t.keep(Note{Kind: kind, Found: &found, Need: need})
	}
}
