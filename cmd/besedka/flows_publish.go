package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"besedka/core/release"
	"besedka/core/source"
	"besedka/flows"
	"besedka/storage"
)

type flowsPublishCmd struct {
	folder
	place
	DryRun  bool   `help:"Only tell what would change, and what would become of who waits where."`
	Release string `help:"Publish this earlier release again instead of a folder: the id, or its beginning."`
}

// Run puts a folder, or an earlier release, in force for every process of the
// installation.
func (c *flowsPublishCmd) Run(ctx context.Context, out io.Writer, log *slog.Logger) (err error) {
	in, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.close(ctx)) }()
	p := newPublisher(in.db, time.Now, log)
	if c.Release != "" {
		return c.goBack(ctx, p, out)
	}
	programme, err := c.load(out)
	if err != nil {
		return err
	}
	plan, err := p.plan(ctx, in.db, c.files(), programme)
	if err != nil {
		return err
	}
	if err := c.show(out, plan); err != nil {
		return err
	}
	if len(plan.problems) > 0 && c.JSON {
		return c.mistakes(plan.problems)
	} else if len(plan.problems) > 0 {
		return c.refuse(out, plan.problems)
	}
	if c.DryRun || plan.same() {
		return nil
	}
	err = p.publish(ctx, c.files())
	if refused, ok := errors.AsType[*unpublishable](err); ok { // somebody has come there since
		return c.refuse(out, refused.problems)
	}
	return c.done(out, p, true, err)
}

// goBack publishes an earlier release.
func (c *flowsPublishCmd) goBack(ctx context.Context, p *publisher, out io.Writer) error {
	id, err := p.releases.Find(ctx, c.Release)
	if err != nil {
		return err
	}
	if c.DryRun {
		return c.fail(source.Sentence("--dry-run - для папки: прежняя редакция никого не задержит, кто ждёт, договорит в своей",
			"--dry-run is for a folder: an earlier release strands nobody, who waits finishes in their own"))
	}
	changed, err := p.republish(ctx, id)
	return c.done(out, p, changed, err)
}

func (c *flowsPublishCmd) done(out io.Writer, p *publisher, changed bool, err error) error {
	if err != nil {
		return err
	}
	id := short(p.scripts.Current().ID)
	if !changed {
		return c.say(out, source.Sentence("редакция %s уже в силе", "release %s is in force already", id))
	}
	return c.say(out, source.Sentence("опубликовано, редакция %s", "published, release %s", id))
}

// plan is what publishing a folder would do.
type plan struct {
	Changes  release.Changes `json:"changes"`
	Waiting  []outlook       `json:"waiting,omitempty"`
	Refused  []finding       `json:"refused,omitempty"`
	problems []*source.Problem
}

// outlook is what becomes of who waits at a step.
type outlook struct {
	Flow   string `json:"flow"`
	Step   string `json:"step"`
	People int64  `json:"people"`
	Fate   string `json:"fate"`
	To     string `json:"to,omitempty"`
	Hours  int    `json:"drain_hours,omitempty"`
}

func (p plan) same() bool {
	return len(p.Changes.Added)+len(p.Changes.Changed)+len(p.Changes.Removed) == 0
}

// plan tells what publishing a folder, which programme was read from, would do.
func (p *publisher) plan(ctx context.Context, db *storage.DB, folder fs.FS, programme *flows.Programme) (plan, error) {
	changes, err := p.releases.Changes(ctx, folder)
	if err != nil {
		return plan{}, err
	}
	waiting, err := p.waiting(ctx, db)
	if err != nil {
		return plan{}, err
	}
	stranded := programme.Stranded(waiting)
	return plan{changes, outlooks(programme, waiting), findings(folder, stranded), stranded}, nil
}

// outlooks tells what becomes of everybody, the most people first.
func outlooks(p *flows.Programme, waiting []flows.Waiting) []outlook {
	people := map[outlook]int64{}
	for _, w := range waiting {
		flow, step, fate := p.Fate(w.Was, w.Flow, w.Step, w.Begun)
		o := outlook{Flow: w.Flow, Step: w.Step, Fate: string(fate)}
		if flow != w.Flow || step != w.Step {
			o.To = flow + "/" + step
		}
		if fate == flows.Gone {
			o.Hours = int(p.DrainOf(w.Flow).Hours())
		}
		people[o] += w.People
	}
	var all []outlook
	for o, n := range people {
		o.People = n
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b outlook) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Step, b.Step), cmp.Compare(a.To, b.To), cmp.Compare(a.Fate, b.Fate))
	})
	return all
}

// show prints the plan.
func (c *flowsPublishCmd) show(out io.Writer, p plan) error {
	if c.JSON {
		return json.NewEncoder(out).Encode(p)
	}
	lists := []struct {
		what  source.Text
		paths []string
	}{
		{source.Sentence("нет изменений", "nothing has changed"), nil},
		{source.Sentence("новый файл", "new file"), p.Changes.Added},
		{source.Sentence("изменён", "changed"), p.Changes.Changed},
		{source.Sentence("убран", "removed"), p.Changes.Removed},
	}
	if p.same() {
		lists[0].paths = []string{""}
	}
	for _, l := range lists {
		for _, path := range l.paths {
			if _, err := fmt.Fprintf(out, "%s %s\n", l.what.In(c.Lang), path); err != nil {
				return err
			}
		}
	}
	for _, o := range p.Waiting {
		if err := c.say(out, o.sentence()); err != nil {
			return err
		}
	}
	return nil
}

func (o outlook) sentence() source.Text {
	at := o.Flow + "/" + o.Step
	switch fate := flows.Fate(o.Fate); {
	case fate == flows.GoesOn && o.To == "":
		return source.Sentence("%s: ждут %d - продолжат в новой редакции", "%s: %d wait - they go on in the new release", at, o.People)
	case fate == flows.GoesOn:
		return source.Sentence("%s: ждут %d - продолжат на %s", "%s: %d wait - they go on at %s", at, o.People, o.To)
	case fate == flows.Anew:
		return source.Sentence("%s: ждут %d - услышат вопрос %s", "%s: %d wait - they are asked %s", at, o.People, o.To)
	case fate == flows.Keeps:
		return source.Sentence("%s: ждут %d - ответят на прежний вопрос: он изменился", "%s: %d wait - they answer the question as it was: it has changed", at, o.People)
	case o.Fate == finishes:
		return source.Sentence("%s: ждут %d - договорят в своей редакции", "%s: %d wait - they finish in their own release", at, o.People)
	case o.Hours > 0:
		return source.Sentence("%s: ждут %d - договорят по-старому, часов на это: %d", "%s: %d wait - they finish the old way, within %d hours", at, o.People, o.Hours)
	}
	return source.Sentence("%s: ждут %d - и не сказано, куда им идти", "%s: %d wait - and it is not told where they go on", at, o.People)
}
