package author

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/source"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

// talk is a conversation as the page keeps it: how it began, and what was done.
// It is played from the start for every answer, so after an edit the author
// sees at once what the same words lead to now.
type talk struct {
	Now     time.Time    `json:"now"` // zero: now
	Channel chat.Channel `json:"channel"`
	Lang    string       `json:"lang"`
	Segment string       `json:"segment"` // that alone holds; "": as the facts say
	Inputs  []input      `json:"inputs"`
}

// input is one thing that was done.
type input struct {
	Do      string   `json:"do"`                // as in flows play: words, :later 2h, :press Title, …
	Tap     string   `json:"tap,omitempty"`     // chat.Button.Token, which outlives another title
	Answers []string `json:"answers,omitempty"` // how the core answers the calls on the way
}

// maxInputs is how long a talk may become: all of it is played every time.
const maxInputs = 300

// scene is an input with what followed.
type scene struct {
	input
	Said     said
	Messages []chat.Message
	Why      []source.Text
	Now      time.Time
	Trouble  string // why nothing followed
	Asked    *transcript.Question
}

// said is an input in the words of the chat.
type said struct{ Kind, Text string }

// performance is a talk that was played.
type performance struct {
	Scenes []scene
	Left   []input // what could not be played any more, after the trouble
	Now    time.Time
	At     string

	buttons []chat.Button // every one shown
	record  func(name string) string
}

// errAsked ends a talk at a call that the author has not answered yet.
var errAsked = errors.New("the author has to answer the call")

// talk plays the talk on the last good version and shows it whole.
func (s *server) talk(r *http.Request, v view) (any, error) {
	t, err := body[talk](r)
	if err != nil {
		return nil, err
	}
	good, err := s.playable(r.Context())
	if err != nil {
		return nil, err
	}
	if t.Now.IsZero() {
		t.Now = s.Now().Truncate(time.Second)
	}
	var shown performance
	if good.programme != nil {
		if shown, err = s.play(v, good.programme, &t); err != nil {
			return nil, err
		}
	}
	out, err := html(r.Context(), talkLog(v, good, shown))
	if err != nil {
		return nil, err
	}
	settings, err := html(r.Context(), talkSettings(v, good.programme, t))
	return map[string]any{"html": out, "settings": settings, "talk": t, "at": shown.At, "tomorrow": untilTomorrow(shown.Now)}, err
}

// morning is when an author's tomorrow begins.
const morning = 10

// untilTomorrow is the span until the next morning, as transcripts write it.
func untilTomorrow(now time.Time) string {
	next := time.Date(now.Year(), now.Month(), now.Day()+1, morning, 0, 0, 0, now.Location())
	return fmt.Sprintf("%dm", next.Sub(now)/time.Minute)
}

// play plays the talk until something in it cannot happen or waits for the
// author. An answer to a call that cannot be one is taken out of it.
func (s *server) play(v view, p *flows.Programme, t *talk) (performance, error) {
	if len(t.Inputs) > maxInputs {
		return performance{}, refused(http.StatusUnprocessableEntity, v.count("talk.too_long", maxInputs))
	}
	t.fit(p)
	var given answers
	played, problems := transcript.NewTalk(p, s.Vocabulary, transcript.Setting{
		Now: t.Now, Channel: t.Channel, Lang: t.Lang, Segments: t.segments(), Facts: s.Facts,
		Ask: func(q transcript.Question) (string, error) { return given.ask(q) },
	})
	if played == nil {
		return performance{}, problems[0]
	}
	show := performance{Now: t.Now.In(p.Location), At: played.At(), record: played.Transcript}
	for i := range t.Inputs {
		in := &t.Inputs[i]
		in.renew(show.buttons)
		given = answers{left: in.Answers}
		reply, err := played.Do(in.Do)
		in.Answers = given.good
		if err != nil {
			show.stop(v, in, given.asked, err)
			show.Left = t.Inputs[i+1:]
			break
		}
		show.follow(v, in, reply, played.At())
	}
	return show, nil
}

// follow adds what an input has led to.
func (p *performance) follow(v view, in *input, r transcript.Reply, at string) {
	p.Now, p.At = r.Now, at
	p.Scenes = append(p.Scenes, scene{input: *in, Said: v.said(in.Do), Messages: r.Messages, Why: transcript.Explain(r.Notes), Now: r.Now})
	for _, m := range r.Messages {
		p.buttons = append(p.buttons, m.Buttons...)
	}
}

// stop adds an input that nothing has followed: a call asks the author first, or
// it cannot happen.
func (p *performance) stop(v view, in *input, asked *transcript.Question, err error) {
	sc := scene{input: *in, Said: v.said(in.Do), Now: p.Now}
	if errors.Is(err, errAsked) {
		sc.Asked = asked
	} else {
		sc.Trouble = v.trouble(err)
	}
	p.Scenes = append(p.Scenes, sc)
}

// fit makes a setting that an edit has taken away one that there is.
func (t *talk) fit(p *flows.Programme) {
	if p.Channels != nil && !slices.Contains(p.Channels, t.Channel) {
		t.Channel = p.Channels[0]
	}
	if t.Channel == "" {
		t.Channel = chat.Telegram
	}
	if !slices.Contains(p.Languages, t.Lang) {
		t.Lang = p.Base()
	}
	if p.Segments[t.Segment] == nil {
		t.Segment = ""
	}
}

func (t *talk) segments() []string {
	if t.Segment == "" {
		return nil
	}
	return []string{t.Segment}
}

// renew gives a tap the title that its button has now.
func (in *input) renew(shown []chat.Button) {
	if in.Tap == "" {
		return
	}
	for _, b := range slices.Backward(shown) {
		if b.Token == in.Tap {
			in.Do = ":press " + b.Title
			return
		}
	}
}

// answers are those that the author has given to the calls of one input.
type answers struct {
	left []string
	good []string // that were taken

	asked *transcript.Question // that has no answer yet
}

// ask answers a call. The talk asks again after an answer that is none.
func (a *answers) ask(q transcript.Question) (string, error) {
	if q.Wrong != nil && len(a.good) > 0 {
		a.good = a.good[:len(a.good)-1]
	}
	if len(a.left) == 0 {
		a.asked = &q
		return "", errAsked
	}
	next := a.left[0]
	a.left, a.good = a.left[1:], append(a.good, next)
	return next, nil
}

// said tells apart what a shopper says and what happens otherwise.
func (v view) said(do string) said {
	command, rest, _ := strings.Cut(do, " ")
	switch command {
	case ":press", ":say":
		return said{"words", rest}
	case ":later":
		return said{"time", ""}
	case ":photo":
		return said{"words", v.T("talk.photo_sent")}
	case ":contact":
		return said{"words", v.named("talk.contact_sent", rest)}
	case ":start":
		return said{"words", strings.TrimSpace("/start " + rest)}
	case ":event":
		return said{"event", v.named("talk.event_came", rest)}
	case ":fact":
		return said{"event", v.named("talk.fact_is", rest)}
	case ":begin":
		return said{"event", v.named("talk.begun", rest)}
	}
	return said{"words", do}
}
