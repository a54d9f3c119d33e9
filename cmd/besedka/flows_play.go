package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"besedka/core/chat"
	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

type flowsPlayCmd struct {
	Dir     string    `arg:"" optional:"" help:"Programme folder; by default the one we stand in, else the shipped programme." type:"path"`
	At      string    `help:"Begin at this step: flow/step." placeholder:"FLOW/STEP"`
	As      []string  `help:"Talk as a member of this segment: it holds and no other does, whatever the facts say." placeholder:"SEGMENT"`
	Channel string    `help:"Messenger: telegram, webchat."`
	Lang    string    `help:"Language of the talk."`
	Seed    int64     `help:"Decides what is left to chance."`
	Now     time.Time `help:"When it begins; now when left out." format:"2006-01-02T15:04Z07:00" placeholder:"2026-12-01T10:00+03:00"`
	Stub    string    `help:"File of transcripts: the setting and the stubs of its first test." type:"path"`
	Why     bool      `help:"Explain every decision."`
	Record  string    `help:"Add the talk to this file as a test; flows test plays flows/NAME.test.yaml." type:"path"`
}

// Run talks until the input ends.
func (c *flowsPlayCmd) Run(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	dir := c.folder()
	p, err := dir.load(stdout)
	if err != nil {
		return err
	}
	t := &terminal{in: lines(ctx, stdin), out: stdout, lang: cmp.Or(c.Lang, p.Base()), why: c.Why}
	if err := c.begin(ctx, t, p); err != nil {
		return err
	}
	if err := t.run(ctx, c.At); err != nil {
		return errors.New(t.trouble(err))
	}
	return c.record(t)
}

// folder is spoken of in the language of the talk, Russian by default.
func (c *flowsPlayCmd) folder() folder { return folder{Dir: c.Dir, Lang: cmp.Or(c.Lang, "ru")} }

// begin gives the terminal its talk.
func (c *flowsPlayCmd) begin(ctx context.Context, t *terminal, p *flows.Programme) error {
	s, err := c.setting()
	if err != nil {
		return err
	}
	s.Ask = func(q transcript.Question) (string, error) { return t.ask(ctx, q) }
	talk, problems := transcript.NewTalk(p, actions.Vocabulary(), s)
	if talk == nil {
		return errors.New(typo(problems[0], t.lang))
	}
	t.talk = talk
	return nil
}

func (c *flowsPlayCmd) setting() (s transcript.Setting, err error) {
	s = transcript.Setting{Now: c.Now, Channel: chat.Channel(c.Channel), Lang: c.Lang, Seed: c.Seed, Segments: c.As, Facts: actions.Newcomer()}
	if c.Stub != "" {
		s.File = filepath.Base(c.Stub)
		if s.Text, err = source.ReadFile(os.DirFS(filepath.Dir(c.Stub)), s.File); err != nil {
			dir := c.folder()
			return s, dir.fail(source.Sentence("файл %s не читается", "the file %s cannot be read", c.Stub))
		}
	}
	if s.Now.IsZero() && c.Stub == "" {
		s.Now = time.Now().Truncate(time.Second)
	}
	return s, err
}

// record adds the talk to the file of tests, when anything was said.
func (c *flowsPlayCmd) record(t *terminal) (err error) {
	if c.Record == "" || t.first == "" {
		return nil
	}
	f, err := os.OpenFile(c.Record, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	about, err := f.Stat()
	if err != nil {
		return err
	}
	text := t.talk.Transcript(t.first)
	if about.Size() > 0 {
		text = "\n" + text
	}
	_, err = f.WriteString(text)
	return err
}
