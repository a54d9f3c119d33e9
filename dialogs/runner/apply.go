package runner

import (
	"cmp"
	"strings"
	"time"

	"besedka/core/consent"
	"besedka/core/conversation"
	"besedka/core/entry"
	"besedka/core/expr"
	"besedka/core/funnel"
	"besedka/core/hook"
	"besedka/core/member"
	"besedka/core/service"
	"besedka/core/support"
	"besedka/core/survey"
	"besedka/dialogs"
	"besedka/flows"
	"besedka/storage"
)

// queue adds the writes of decided turns to one batch and returns those that
// have to run alone. When there is no room for so many, the others are left to
// whoever has.
func queue(b *storage.Batch, turns []turn, room int, now time.Time) (alone []job) {
	var done, later []int64
	var rows turnRows
	for i := range turns {
		switch t := &turns[i]; {
		case t.alone && len(alone) < room:
			alone = append(alone, t.job())
		case t.alone:
			later = append(later, t.row.Inbox)
		default:
			done = append(done, t.row.Inbox)
			rows.add(t, now)
		}
	}
	if len(later) > 0 {
		b.Exec(qInboxSolo, later)
	}
	if len(done) > 0 {
		rows.queue(b, done, now)
	}
	return alone
}

// turnRows gathers the writes of several turns column by column.
type turnRows struct {
	conversations, numbers, inboxes, seeds []int64
	releases, stepsIn, stepsOut, langs     []string
	standing                               []string
	takesText                              []bool
	sealed, sessions                       [][]byte
	messages                               messageRows
	timers                                 timerRows
	handed                                 []int64
	taken                                  []conversation.Back
	closed                                 []support.Closing
	queues                                 []string
	heard                                  []hook.Event // of shoppers whose conversations people have
	answers                                []member.Answer
	responses                              []survey.Answer
	stages                                 []funnel.Reached
	came                                   []entry.Came
	consents                               []consent.Given
	requests                               []service.Call
}

type messageRows struct {
	conversations []int64
	sealed        [][]byte
	threads       []string
	priorities    []int16
	channels      []string
}

type timerRows struct {
	conversations, turns []int64
	due                  []time.Time
}

func (r *turnRows) add(t *turn, now time.Time) {
	if t.skip {
		return
	}
	number := t.record.Env.Turn
	r.conversations = append(r.conversations, t.row.Conversation)
	r.numbers = append(r.numbers, number)
	r.inboxes = append(r.inboxes, t.row.Inbox)
	r.seeds = append(r.seeds, t.record.Env.Seed)
	r.releases = append(r.releases, t.script.ID)
	r.stepsIn = append(r.stepsIn, t.stepIn)
	r.stepsOut = append(r.stepsOut, place(t.out.Session))
	r.standing = append(r.standing, standing(t.out.Session))
	r.takesText = append(r.takesText, t.script.Engine.TakesText(t.out.Session))
	r.langs = append(r.langs, t.lang)
	r.sealed = append(r.sealed, t.sealed)
	r.sessions = append(r.sessions, t.session)
	for _, m := range t.messages {
		r.messages.conversations = append(r.messages.conversations, t.row.Conversation)
		r.messages.sealed = append(r.messages.sealed, m.sealed)
		r.messages.threads = append(r.messages.threads, m.thread)
		r.messages.priorities = append(r.messages.priorities, t.priority)
		r.messages.channels = append(r.messages.channels, string(t.row.channel()))
	}
	r.requests = append(r.requests, t.requests...)
	if in := t.record.Input.Chat; in != nil && entry.By(in.Start) {
		r.came = append(r.came, entry.Came{Subject: t.row.Subject, Payload: in.Start, First: number == 1})
	}
	if in := t.record.Input.Chat; in != nil && in.Edits == "" && t.record.Session.Held != 0 {
		r.heard = append(r.heard, hook.Event{Kind: hook.FromShopper, Conversation: t.row.Conversation, Inbox: t.row.Inbox})
	}
	for _, e := range t.out.Effects {
		r.addEffect(t, e, now)
	}
}

func (r *turnRows) addEffect(t *turn, e dialogs.Effect, now time.Time) {
	switch e := e.(type) {
	case dialogs.Save:
		r.answers = append(r.answers, t.answer(e))
	case dialogs.Respond:
		r.responses = append(r.responses, t.response(e))
	case dialogs.Reach:
		r.stages = append(r.stages, funnel.Reached{Subject: t.row.Subject, Flow: e.Flow, Stage: e.Stage, Segments: e.Segments})
	case dialogs.Agree:
		r.consents = append(r.consents, consent.Given{
			Subject: t.row.Subject, Channel: t.row.channel(),
			Kind: consent.Kind(e.Kind), Version: e.Version, Granted: e.Granted, At: now,
		})
	case dialogs.HandOff:
		r.handed, r.queues = append(r.handed, t.row.Conversation), append(r.queues, e.Queue)
	case dialogs.TakeUp:
		r.takeUp(t)
	case dialogs.Remind:
		r.timers.conversations = append(r.timers.conversations, t.row.Conversation)
		r.timers.turns = append(r.timers.turns, t.record.Env.Turn)
		r.timers.due = append(r.timers.due, e.At)
	}
}

// takeUp is for the bot to have the conversation again; people have a reason where they
// close it, or the program does for them.
func (r *turnRows) takeUp(t *turn) {
	back := conversation.Back{Conversation: t.row.Conversation}
	if e := t.record.Input.Event; e != nil && e.Args[conversation.EndedArg].Text() != "" {
		by, _ := e.Args[conversation.ByArg].Int()
		r.closed = append(r.closed, support.Closing{Conversation: t.row.Conversation, By: by, Ended: e.Args[conversation.EndedArg].Text()})
		back.Staff = cmp.Or(by, hook.Program)
	}
	r.taken = append(r.taken, back)
}

// answer is what is kept under a field of the profile.
func (t *turn) answer(s dialogs.Save) member.Answer {
	field, _ := t.script.Programme.Profile.Field(s.Field)
	a := t.said(s, field.Sealed)
	if field.Type == flows.NameType || field.Type == flows.DateType {
		return a.Telling()
	}
	return a
}

// said seals a direct identifier and leaves a fact for segments plain. One that is not
// known was taken back.
func (t *turn) said(s dialogs.Save, sealed bool) member.Answer {
	text := s.Value.String()
	switch {
	case !s.Value.Known():
		return member.NoAnswer(t.row.Subject, s.Field)
	case sealed:
		return member.SealedAnswer(t.row.Subject, t.key, s.Field, text)
	}
	return member.PlainAnswer(t.row.Subject, s.Field, text)
}

// response seals what was written to a question of a survey and leaves the rest
// plain.
func (t *turn) response(e dialogs.Respond) survey.Answer {
	a := survey.Answer{Subject: t.row.Subject, Behalf: e.Behalf, Survey: e.Survey, Question: e.Question, Figure: e.Figure, Undone: e.Undone}
	switch {
	case !e.Value.Known():
	case e.Written:
		a.Written = survey.WrittenAnswer(t.key, e.Survey, e.Question, e.Value.Text())
	case e.Value.Kind() == expr.Texts:
		a.Given = e.Value.Texts()
	default:
		a.Given = []string{e.Value.String()}
	}
	return a
}

// place names a step as statistics and the demo page show it.
func place(s dialogs.Session) string {
	if s.Step == "" {
		return "-"
	}
	return s.Flow + "/" + s.Step
}

// standing names every step at which a conversation stands, see Session.Standing.
func standing(s dialogs.Session) string {
	if len(s.Stack) == 0 {
		return strings.TrimPrefix(place(s), "-")
	}
	names := make([]string, 0, len(s.Stack)+1)
	for _, p := range s.Standing() {
		names = append(names, p.String())
	}
	return strings.Join(names, " ")
}

func (r *turnRows) queue(b *storage.Batch, done []int64, now time.Time) {
	m := r.messages
	b.Exec(qApply, done, r.conversations, r.numbers, r.inboxes, r.releases, r.sessions, r.langs, r.stepsIn, r.stepsOut,
		r.seeds, r.sealed, m.conversations, m.sealed, now, r.standing, m.threads, r.takesText, m.priorities, m.channels)
	if t := r.timers; len(t.due) > 0 {
		b.Exec(qTimerInsert, t.conversations, t.turns, t.due)
	}
	hook.Queue(b, now, r.heard)
	support.QueueClosings(b, now, r.closed)
	conversation.QueueTakeUps(b, now, r.taken)
	conversation.QueueHandOffs(b, now, r.handed, r.queues)
	member.QueueAnswers(b, now, r.answers)
	survey.QueueAnswers(b, now, r.responses)
	funnel.Queue(b, now, r.stages)
	entry.Queue(b, now, r.came)
	consent.Queue(b, r.consents)
	service.Queue(b, r.requests)
}
