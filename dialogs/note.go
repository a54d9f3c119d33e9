package dialogs

import (
	"cmp"
	"strings"

	"besedka/flows"
	"besedka/flows/faq"
)

// Note is one decision of a turn, told when Env.Explain asks for it. Its
// pointers are those of the programme, so every wording and branch is told by
// itself.
type Note struct {
	Kind   NoteKind
	Flow   string        // that was running
	Step   *flows.Step   // nil when none was
	Listen *flows.Listen // of an input heard by an entry
	Text   *flows.Text   // of a text said, or of a case passed over
	Case   *flows.Case   // of a case passed over
	Line   *flows.Line   // of a text said
	Found  *faq.Found    // of a question, the nearest ones of faq.yaml; nil for one that was tapped
	Need   int           // score that it needs
	What   string        // the button, word, outcome or reason; of texts, the names that nobody knows
}

// NoteKind says what was decided.
type NoteKind string

// Decisions about what came.
const (
	HeardButton NoteKind = "button"   // the pending question's button was tapped
	HeardTitle  NoteKind = "title"    // its title or number was typed
	HeardAnswer NoteKind = "answer"   // the question was answered in words
	HeardWord   NoteKind = "word"     // a listen entry or the start of a flow hears the word What
	HeardTap    NoteKind = "tap"      // a listen entry hears the standing tap
	HeardEvent  NoteKind = "event"    // or the event
	HeardPhoto  NoteKind = "photo"    // or a photo
	HeardLink   NoteKind = "link"     // a link that begins a flow
	HeardFirst  NoteKind = "first"    // the first contact
	HeardAsked  NoteKind = "asked"    // it is a question of faq.yaml
	HeardEither NoteKind = "either"   // it is one of two questions
	HeardFar    NoteKind = "far"      // the nearest question is too far
	HeardLost   NoteKind = "fallback" // nobody understood it
	HeardStale  NoteKind = "stale"    // a button of an old menu
	HeardNobody NoteKind = "nobody"   // an event or timer that nobody waits for
	HeardPeople NoteKind = "people"   // people have the conversation, and the bot is silent
	HeardAlbum  NoteKind = "album"    // it belongs to the album that answered the question before
	Refused     NoteKind = "refused"  // it cannot be an answer; What is why
)

// Decisions about the way on.
const (
	Entered  NoteKind = "step"
	Skipped  NoteKind = "skip"
	Left     NoteKind = "way"  // a step was left by the outcome What
	Routed   NoteKind = "when" // the condition of the route What holds; of none, with ""
	GaveUp   NoteKind = "then" // the ladder of retry ended
	Passed   NoteKind = "pass" // the condition of a case does not hold
	Said     NoteKind = "say"
	Returned NoteKind = "back"  // the question is asked anew on the way back
	Cleared  NoteKind = "clear" // the field What is not known any more: the way back leads over its answer
	Circling NoteKind = "loop"  // the same would be said too often: people are called
	Stayed   NoteKind = "stay"  // there is no way back
	SaidOwn  NoteKind = "own"   // words of the program's own, under the name What
	Edits    NoteKind = "edit"  // it changes the message about What
	Anew     NoteKind = "anew"  // it is about What, whose message it does not change
)

// note keeps a decision for whoever asks.
func (t *turn) note(n Note) {
	if t.env.Explain {
		t.keep(n)
	}
}

func (t *turn) keep(n Note) {
	n.Flow = t.s.Flow
	if n.Step == nil {
		if s := t.waiting(); s != nil {
			n.Step = s.Step
		}
	}
	t.notes = append(t.notes, n)
}

// noteStep keeps what was decided about s.
func (t *turn) noteStep(kind NoteKind, s *step, what string) {
	if t.env.Explain {
		t.keep(Note{Kind: kind, Step: s.Step, What: what})
	}
}

// noteHeard keeps which entry heard what came.
func (t *turn) noteHeard(l *flows.Listen) {
	if !t.env.Explain {
		return
	}
	n := Note{Kind: HeardWord, Listen: l}
	switch in := t.in.Chat; {
	case t.in.Event != nil:
		n.Kind, n.What = HeardEvent, t.in.Event.Name
	case in == nil:
	case in.Tap != "":
		n.Kind, n.What = HeardTap, l.Tap
	case isReceipt(in):
		n.Kind = HeardPhoto
	case in.Start != "" && in.Text == "":
		n.What = "/start"
	default:
		words := flows.Normal(in.Text)
		n.What = cmp.Or(command(words), words)
	}
	t.keep(n)
}

func (t *turn) noteOption(s *step, b *flows.Button) {
	kind := HeardTitle
	if t.in.Chat != nil && t.in.Chat.Tap != "" {
		kind = HeardButton
	}
	t.noteStep(kind, s, b.ID)
}

func (t *turn) noteSaid(x *flows.Text, line *flows.Line) {
	if t.env.Explain {
		t.keep(Note{Kind: Said, Text: x, Line: line, What: t.unknown(line.Needs)})
	}
}

func (t *turn) notePassed(x *flows.Text, c *flows.Case) {
	if t.env.Explain {
		t.keep(Note{Kind: Passed, Text: x, Case: c, What: t.unknown(c.When.Names())})
	}
}

// unknown lists those of names that mean nothing now.
func (t *turn) unknown(names []string) string {
	var list []string
	for _, name := range names {
		if v, ok := t.look(name); !ok || !v.Known() {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}
