package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"besedka/core/source"
	"besedka/dialogs"
	"besedka/dialogs/runner"
)

type flowsReplayCmd struct {
	folder
	place
	Days  int `help:"How many days back." default:"7"`
	Limit int `help:"The most turns to play." default:"10000"`
}

// Run plays the turns of real people on a folder that is not published. What they
// wrote is opened in memory and printed nowhere.
func (c *flowsReplayCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) (err error) {
	draft, err := c.load(out)
	if err != nil {
		return err
	}
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	p := newPublisher(in.db, time.Now, log)
	d := runner.Draft{DB: in.db, Keys: in.keys, Releases: p.scripts, Engine: dialogs.New(draft)}
	report := replayed{Verdicts: map[runner.Verdict]int{}, places: map[differing]*difference{}}
	err = d.Each(ctx, time.Now().AddDate(0, 0, -c.Days), c.Limit, func(r runner.Rehearsed) error {
		if report.add(r); report.Turns%1000 == 0 {
			log.InfoContext(ctx, "turns are played", "turns", report.Turns)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.print(out, report)
}

// replayed sums the turns up.
type replayed struct {
	Turns       int                    `json:"turns"`
	Verdicts    map[runner.Verdict]int `json:"verdicts"`
	Differences []difference           `json:"differences,omitempty"`

	places map[differing]*difference
}

type differing struct {
	Step    string
	Verdict runner.Verdict
}

// difference is how many turns at a step went one other way, and one of them.
type difference struct {
	Step         string         `json:"step"`
	Verdict      runner.Verdict `json:"verdict"`
	Turns        int            `json:"turns"`
	Conversation int64          `json:"conversation"`
	Number       int64          `json:"turn"`
}

func (r *replayed) add(one runner.Rehearsed) {
	r.Turns++
	r.Verdicts[one.Verdict]++
	if one.Verdict == runner.Alike {
		return
	}
	at := differing{one.StepIn, one.Verdict}
	if r.places[at] == nil {
		r.places[at] = &difference{Step: one.StepIn, Verdict: one.Verdict, Conversation: one.Conversation, Number: one.Number}
	}
	r.places[at].Turns++
}

func (c *flowsReplayCmd) print(out io.Writer, r replayed) error {
	for _, d := range slices.SortedFunc(maps.Values(r.places), func(a, b *difference) int {
		return cmp.Or(cmp.Compare(b.Turns, a.Turns), cmp.Compare(a.Step, b.Step), cmp.Compare(a.Verdict, b.Verdict))
	}) {
		r.Differences = append(r.Differences, *d)
	}
	if c.JSON {
		return json.NewEncoder(out).Encode(r)
	}
	for _, d := range r.Differences {
		if err := c.say(out, source.Sentence("%s: %s - %d, например разговор %d, ход %d", "%s: %s - %d, for example conversation %d, turn %d",
			d.Step, verdicts[d.Verdict].In(c.Lang), d.Turns, d.Conversation, d.Number)); err != nil {
			return err
		}
	}
	return c.say(out, source.Sentence("ходов %d, так же прошли бы %d", "turns: %d, the same way: %d", r.Turns, r.Verdicts[runner.Alike]))
}

// verdicts in words.
var verdicts = map[runner.Verdict]source.Text{
	runner.Reworded: {Ru: "другими словами", En: "in other words"},
	runner.Parts:    {Ru: "иначе", En: "another way"},
	runner.Stays:    {Ru: "по-старому, вопрос изменился или пропал", En: "the old way, the question has changed or is gone"},
	runner.Untold:   {Ru: "неизвестно, запись не отвечает на то, что спросил бы черновик", En: "unknown, the record does not answer what the draft would ask"},
	runner.Fails:    {Ru: "сломается", En: "would break"},
}
