package main

import (
	"encoding/json"
	"fmt"
	"io"

	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
)

type flowsDiffCmd struct {
	Before string `arg:"" help:"Programme folder whose tests are played." type:"path"`
	After  string `arg:"" help:"Programme folder to compare it with." type:"path"`
	JSON   bool   `name:"json" help:"Print JSON."`
	Lang   string `help:"Language of what is told: ru or en." enum:"ru,en" default:"ru"`
}

// Run tells which conversations of the tests of one folder would go another way
// in the other, and fails when any would.
func (c *flowsDiffCmd) Run(stdout io.Writer) error {
	before, after := folder{c.Before, c.JSON, c.Lang}, folder{c.After, c.JSON, c.Lang}
	old, err := before.load(stdout)
	if err != nil {
		return err
	}
	changed, err := after.load(stdout)
	if err != nil {
		return err
	}
	diff, problems := transcript.Compare(before.files(), old, changed, actions.Vocabulary())
	if len(problems) > 0 {
		return before.refuse(stdout, problems)
	}
	if err := c.print(stdout, before, diff); err != nil {
		return err
	}
	if len(diff.Parts) > 0 {
		return before.fail(source.Sentence("пойдут иначе: %d из %d", "another way: %d of %d", len(diff.Parts), diff.Tests))
	}
	return nil
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
