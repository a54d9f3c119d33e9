package main

import (
	"fmt"
	"io"

	"besedka/core/source"
	"besedka/dialogs/transcript"
)

// printCover prints by flow how much of it the tests reach and every place
// they do not.
func (c *flowsTestCmd) printCover(w io.Writer, list []transcript.Cover) error {
	for _, flow := range list {
		if err := c.say(w, share(source.Text{Ru: flow.Flow, En: flow.Flow}, flow)); err != nil {
			return err
		}
		for _, m := range flow.Missed {
			if err := c.say(w, missed(m)); err != nil {
				return err
			}
		}
	}
	if c.Flow != "" {
		return nil
	}
	return c.say(w, share(source.Sentence("всё вместе", "all together"), transcript.Sum(list)))
}

func share(of source.Text, c transcript.Cover) source.Text {
	return source.Text{
		Ru: fmt.Sprintf("%s: %d %% (%d из %d)", of.Ru, c.Percent(), c.Reached, c.Total),
		En: fmt.Sprintf("%s: %d %% (%d of %d)", of.En, c.Percent(), c.Reached, c.Total),
	}
}

func missed(m transcript.Missed) source.Text {
	switch m.Part {
	case transcript.StepPart:
		return source.Sentence("  %s: шаг %s не пройден", "  %s: the step %s is not entered", m.Pos, m.Name)
	case transcript.BranchPart:
		return source.Sentence("  %s: ветка %s не пройдена", "  %s: the branch %s is not taken", m.Pos, m.Name)
	}
	return source.Sentence("  %s: вариант %s не прозвучал", "  %s: the variant %s is not said", m.Pos, m.Name)
}
