package dialogs

import (
	"strings"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/fiscal"
	"besedka/flows"
)

// wake decides what the input means where the conversation stands.
func (t *turn) wake() error {
	if t.s.Held != 0 {
		return t.held()
	}
	return t.heed()
}

func (t *turn) heed() error {
	switch {
	case t.in.Event != nil:
		return t.event(t.in.Event)
	case t.in.Timer:
		return t.clock()
	case t.in.Chat != nil && t.in.Chat.Edits != "":
		return t.edited(t.in.Chat)
	case t.in.Chat != nil && !t.in.Chat.Blocked:
		return t.chat(t.in.Chat)
	}
	return nil
}

func (t *turn) event(e *Event) error {
	if e.Name == GivenBack {
		return nil // the bot has the conversation
	}
	if e.Visit != 0 {
		return t.served(e)
	}
	if s := t.resume(func(w *flows.Wait, _ Frame) bool { return w.Event == e.Name }); s != nil {
		t.setVars(e.Args)
		return t.follow(s, flows.Happened)
	}
	if l := t.heard(func(h *hearing) *flows.Listen { return h.events[e.Name] }); l != nil {
		return t.listen(l, e.Args)
	}
	t.note(Note{Kind: HeardNobody, What: e.Name})
	return t.settle()
}

// settle begins the step that the conversation was moved to, see moved.
func (t *turn) settle() error {
	if t.moved() {
		return t.walk("")
	}
	return nil
}

// clock looks what has fallen due: the newest wait whose time is up, else the
// patience with the pending question.
func (t *turn) clock() error {
	t.s.Armed = 0
	late := func(_ *flows.Wait, f Frame) bool { return f.Due != 0 && t.env.Now.Unix() >= f.Due }
	if s := t.resume(late); s != nil {
		return t.follow(s, flows.Late)
	}
	if t.moved() {
		return t.walk("")
	}
	return t.impatient()
}

func (t *turn) chat(in *chat.Inbound) error {
	if t.answeredBy(in) {
		t.note(Note{Kind: HeardAlbum})
		return nil
	}
	t.missed, t.s.Misses = t.s.Misses, 0
	t.countUnread(in)
	if in.Tap != "" {
		return t.tap(in.Tap)
	}
	if flow, rest, ok := t.e.link(in.Start); ok && in.Start != "" {
		t.note(Note{Kind: HeardLink, What: in.Start})
		return t.abandon(flow, map[string]expr.Value{flows.PayloadName: expr.TextOf(rest)})
	}
	if l := t.refusal(in); l != nil {
		if t.waiting() != nil {
			t.room() // the question stays, however many are kept
		}
		return t.listen(l, nil)
	}
	words := flows.Normal(in.Text)
	if in.Start != "" && in.Text == "" {
		words = "/start"
	}
	if isReceipt(in) {
		return t.photo(in)
	}
	if token, ok := t.pressed(words); ok {
		return t.tap(token)
	}
	if done, err := t.exact(in, words); done {
		return err
	}
	if l := t.said(words); l != nil {
		return t.listen(l, nil)
	}
	if done, err := t.slipped(in); done {
		return err
	}
	return t.open(in, words)
}

// slipped takes what was written in the wrong layout of the keyboard for the
// words it would be in the right one. Where any words are an answer, only an
// option is so plain that it cannot be one.
func (t *turn) slipped(in *chat.Inbound) (done bool, err error) {
	words := flows.OtherLayout(in.Text)
	if words == "" || strings.HasPrefix(in.Text, "/") {
		return false, nil
	}
	s := t.waiting()
	if s != nil && s.Asks() {
		if b := s.titles[words]; b != nil {
			return true, t.option(s, b)
		}
		if s.Expect.Type.Free() || s.Expect.Type == flows.DictionaryType { // which forgives slips of the pen
			return false, nil
		}
	}
	if l := t.said(words); l != nil {
		return true, t.listen(l, nil)
	}
	return false, nil
}

// exact takes what wins over words: a command over the pending question, and
// an answer to it that can be nothing else.
func (t *turn) exact(in *chat.Inbound, words string) (done bool, err error) {
	if c := command(words); c != "" {
		if l := t.said(c); l != nil {
			return true, t.listen(l, nil)
		}
		return false, nil
	}
	s := t.waiting()
	if s == nil || !s.Asks() {
		return false, nil
	}
	if b := s.titles[words]; b != nil && words != "" {
		return true, t.option(s, b)
	}
	if !s.Expect.Type.Free() && t.understand(s, in) == "" {
		return true, t.answered(s)
	}
	return false, nil
}

// open takes what no word matched: an answer to an open question, the first
// contact, or something nobody understands.
func (t *turn) open(in *chat.Inbound, words string) error {
	s := t.waiting()
	t.loose = true
	switch {
	case command(words) != "":
		return t.lost(HeardLost, t.e.p.Fallback)
	case t.unseen(s, in):
		return t.sayUnseen(s, in)
	case s != nil && s.Asks():
		return t.freely(s, in)
	case t.moved():
		return t.walk("")
	case t.s.Flow == "" && t.e.first != "":
		t.note(Note{Kind: HeardFirst})
		if done, err := t.first(in); done {
			return err
		}
		return t.abandon(t.e.first, nil)
	}
	if done, err := t.question(in); done {
		return err
	}
	if s != nil && s.Served() { // it is we who keep them waiting
		return t.sayOwn(s.ID+"."+stillSlot, t.builtIn("served.still", nil), nil)
	}
	return t.lost(HeardLost, t.e.p.Fallback)
}

// stillSlot names what is said while a service is asked.
const stillSlot = "still"

// freely takes an answer that is not to the letter, or a question of faq.yaml put
// in its place.
func (t *turn) freely(s *step, in *chat.Inbound) error {
	if s.Expect.Type.Free() {
		if done, err := t.aside(in); done {
			return err
		}
	}
	reason := t.understand(s, in)
	if reason == "" {
		return t.answered(s)
	}
	if done, err := t.question(in); done {
		return err
	}
	return t.refuse(s, reason)
}

// lost runs the flow for what has no place in the conversation.
func (t *turn) lost(why NoteKind, flow string) error {
	t.puzzled = why == HeardLost
	t.note(Note{Kind: why})
	if why == HeardLost {
		t.s.Misses = t.missed + 1
	}
	return t.interrupt(flow, flows.Resume, nil)
}

// isReceipt says whether the input is a picture, a PDF, or words that are meant to
// be a receipt: the text of a code, which some shoppers copy from a scanner, or a
// link to an electronic one.
func isReceipt(in *chat.Inbound) bool { return in.Photo != nil || fiscal.IsReceipt(in.Written()) }

// countUnread counts the photos in a row that gave no code. What is written between
// them changes nothing.
func (t *turn) countUnread(in *chat.Inbound) {
	switch {
	case in.Photo == nil:
	case len(in.Photo.Codes) > 0:
		t.s.Unread = 0
	default:
		t.s.Unread++
	}
}

func (t *turn) photo(in *chat.Inbound) error {
	if s := t.waiting(); s != nil && s.Asks() {
		if s.Expect.Type == flows.PhotoType || s.Expect.Type == flows.DocumentType && in.Photo != nil {
			return t.open(in, "")
		}
	}
	if l := t.heard(func(h *hearing) *flows.Listen { return h.photo }); l != nil {
		return t.listen(l, nil)
	}
	return t.open(in, flows.Normal(in.Text))
}

// tap is an answer to the pending question, a standing tap, or a button of a
// menu that is out of date.
func (t *turn) tap(token string) error {
	s := t.waiting()
	if s != nil && s.Asks() {
		if id, ok := strings.CutPrefix(token, t.token("")); ok && s.options[id] != nil {
			return t.option(s, s.options[id])
		}
	}
	if name, ok := t.questionTap(token); ok {
		t.note(Note{Kind: HeardAsked, What: name})
		return t.reply(name)
	}
	if l, args := t.standing(token); l != nil {
		return t.listen(l, args)
	}
	return t.lost(HeardStale, t.e.p.Stale)
}

// heard looks for a listen entry: at the step that waits, in its flow, in the
// programme. Words of back count where nothing nearer says others.
func (t *turn) heard(find func(*hearing) *flows.Listen) *flows.Listen {
	s := t.waiting()
	if s == nil {
		return nearest(find(&t.e.hearing), true)
	}
	if l := find(&s.hearing); l != nil {
		return l
	}
	sc := t.e.scripts[t.s.Flow]
	if l := nearest(find(&sc.hearing), s.Back != nil); l != nil {
		return l
	}
	return nearest(find(&t.e.hearing), s.Back != nil || sc.Back != nil)
}

// nearest is l, but when it goes back where that is said otherwise.
func nearest(l *flows.Listen, otherwise bool) *flows.Listen {
	if l != nil && l.Back && otherwise {
		return nil
	}
	return l
}

func (t *turn) said(words string) *flows.Listen {
	if words == "" {
		return nil
	}
	return t.heard(func(h *hearing) *flows.Listen { return h.words[words] })
}

// listen does what an entry says: runs a flow and comes back, or goes away.
func (t *turn) listen(l *flows.Listen, vars map[string]expr.Value) error {
	t.noteHeard(l)
	if l.Back {
		return t.goBack()
	}
	if l.Run != "" {
		return t.interrupt(l.Run, l.Then, vars)
	}
	if l.Step != "" {
		t.setVars(vars)
		return t.move(t.waiting(), l.Step)
	}
	return t.abandon(l.Go, vars)
}
