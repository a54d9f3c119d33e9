package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
)

type flowsDiffCmd struct {
	Before string `arg:"" help:"Programme folder whose tests are played." type:"existingdir"`
	After  string `arg:"" help:"Programme folder to compare it with." type:"existingdir"`
	JSON   bool   `name:"json" help:"Print JSON."`
	Lang   string `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
}

// Run tells which conversations of the tests of one folder would go another way
// in the other, and fails when any would.
func (c *flowsDiffCmd) Run(stdout io.Writer) error {
	v := actions.Vocabulary()
	before, after := folder{c.Before, c.JSON, c.Lang}, folder{c.After, c.JSON, c.Lang}
	old, problems := flows.Load(before.files(), v)
	if len(problems) > 0 {
		return c.unread(stdout, before, problems)
	}
	changed, problems := flows.Load(after.files(), v)
	if len(problems) > 0 {
		return c.unread(stdout, after, problems)
	}
	diff, problems := transcript.Compare(os.DirFS(c.Before), old, changed, v)
	if len(problems) > 0 {
		return c.unread(stdout, before, problems)
	}
	if err := c.print(stdout, before, diff); err != nil {
		return err
	}
	if len(diff.Parts) > 0 {
		return fmt.Errorf("compare programmes: %d of %d conversations go another way", len(diff.Parts), diff.Tests)
	}
	return nil
}

func (c *flowsDiffCmd) unread(w io.Writer, of folder, problems []*source.Problem) error {
	if err := of.tell(w, problems); err != nil {
		return err
	}
	return mistakes(problems)
}

func (c *flowsDiffCmd) print(w io.Writer, of folder, d transcript.Diff) error {
	if c.JSON {
		return json.NewEncoder(w).Encode(d)
	}
	for _, p := range d.Parts {
		if _, err := fmt.Fprintln(w, p); err != nil {
			return err
		}
	}
	return of.say(w, source.Sentence("разговоров %d, пойдут иначе %d", "conversations: %d, another way: %d", d.Tests, len(d.Parts)))
}
