package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"time"

	"besedka/core/campaign"
	"besedka/core/conversation"
	"besedka/core/expr"
	"besedka/core/product"
	"besedka/core/release"
	"besedka/core/source"
	"besedka/core/staff"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/dialogs/runner"
	"besedka/flows"
	"besedka/storage"
)

// publisher puts programme folders in force.
type publisher struct {
	campaigns *campaign.Service
	releases  *release.Service
	scripts   *runner.Releases
	now       func() time.Time
	log       *slog.Logger
}

func newPublisher(db *storage.DB, now func() time.Time, log *slog.Logger) *publisher {
	releases := release.New(db)
	p := &publisher{
		releases: releases, now: now, log: log,
		scripts: runner.NewReleases(releases, actions.Vocabulary()),
	}
	p.campaigns = &campaign.Service{Products: &product.Service{Log: log}, Programme: p.tells}
	return p
}

// tells is what the programme in force tells campaigns of members.
func (p *publisher) tells() campaign.Programme {
	in := p.programme()
	told := campaign.Programme{Zone: in.Location, Segments: in.Segments, Fields: map[string]expr.Kind{}, Funcs: in.Terms(actions.Vocabulary()).Scope.Funcs, Tier: in.Ladder.Base()}
	for _, f := range in.Profile.Fields {
		if !f.Sealed {
			told.Fields[f.Name] = f.Kind
		}
	}
	return told
}

// unpublishable is a programme folder with mistakes: what was published before
// stays in force.
type unpublishable struct{ problems []*source.Problem }

func (u *unpublishable) Error() string {
	return fmt.Sprintf("the programme has mistakes (%d) and is not published; the first: %s", len(u.problems), u.problems[0])
}

// begin puts folder in force at a start, if it is new: of one that was published
// before, somebody has gone back from it or on to another, and a start must not
// undo that. A folder with mistakes does not stop a programme that was published
// before: its problems are returned.
func (p *publisher) begin(ctx context.Context, folder fs.FS) ([]*source.Problem, error) {
	id, known, err := p.releases.Known(ctx, folder)
	if err != nil {
		return nil, err
	}
	if known {
		return nil, p.goOn(ctx, id)
	}
	err = p.publish(ctx, folder)
	refused, mistaken := errors.AsType[*unpublishable](err)
	if !mistaken {
		return nil, err
	}
	if followed := p.follow(ctx); followed != nil {
		return nil, err
	}
	return refused.problems, nil
}

// goOn follows what is in force, and says so when it is not the folder that we
// were started with.
func (p *publisher) goOn(ctx context.Context, started string) error {
	if err := p.follow(ctx); err != nil {
		return err
	}
	if current := p.scripts.Current().ID; current != started {
		p.log.WarnContext(ctx, "the programme folder was published before and another release is in force; to go back to the folder use: besedka flows publish",
			"folder", short(started), "in force", short(current))
	}
	return nil
}

// publish checks a programme folder and puts it in force. Publishing what is
// in force already changes nothing.
func (p *publisher) publish(ctx context.Context, folder fs.FS) error {
	programme, problems := flows.Load(folder, actions.Vocabulary())
	if programme == nil {
		return &unpublishable{problems}
	}
	_, err := p.put(ctx, folder, programme, programme.Stranded)
	return err
}

// nobody is stranded by going back: who waits finishes where they are.
func nobody([]flows.Waiting) []*source.Problem { return nil }

// republish puts an earlier release in force. It asks nothing of who waits at steps
// that only later ones have: they finish where they are.
func (p *publisher) republish(ctx context.Context, id string) (changed bool, err error) {
	folder, err := p.releases.Load(ctx, id)
	if err != nil {
		return false, err
	}
	programme, problems := flows.Reload(folder, actions.Vocabulary()) // what the check has learnt since does not stop who goes back
	if programme == nil {
		return false, &unpublishable{problems}
	}
	return p.put(ctx, folder, programme, nobody)
}

// put puts a folder in force unless it strands somebody.
func (p *publisher) put(ctx context.Context, folder fs.FS, programme *flows.Programme, stranded func([]flows.Waiting) []*source.Problem) (changed bool, err error) {
	order := release.Order{At: p.now()}
	also, err := p.also(order, folder, programme, stranded)
	if err != nil {
		return false, err
	}
	id, changed, err := p.releases.Publish(ctx, order, folder, also)
	if err != nil {
		return false, err
	}
	if !changed {
		return false, p.follow(ctx)
	}
	p.log.InfoContext(ctx, "programme published", "release", short(id))
	return true, p.scripts.Use(ctx, id, order.At)
}

// also is what stands or falls with a publication: nobody is stranded, campaigns get
// their versions, and the audit its row.
func (p *publisher) also(o release.Order, folder fs.FS, programme *flows.Programme, stranded func([]flows.Waiting) []*source.Problem) (func(context.Context, storage.Tx, string) error, error) {
	sources, err := campaignSources(folder)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx storage.Tx, id string) error {
		waiting, err := p.waiting(ctx, tx)
		if err != nil {
			return err
		}
		if problems := stranded(waiting); len(problems) > 0 {
			return &unpublishable{problems}
		}
		if err := p.campaigns.PublishTx(ctx, tx, o.At, programme.Terms(actions.Vocabulary()), sources); err != nil {
			return err
		}
		act := staff.Act{Staff: o.Staff, Act: "release.publish", Object: "release/" + id}
		if o.Staff != 0 {
			act.Detail = map[string]any{"over": o.Live, "reason": o.Reason}
		}
		return staff.AuditTx(ctx, tx, o.At, act)
	}, nil
}

// waiting is who waits where, and in which release.
func (p *publisher) waiting(ctx context.Context, q storage.Querier) ([]flows.Waiting, error) {
	standing, err := conversation.ReadStanding(ctx, q)
	if err != nil {
		return nil, err
	}
	return p.waitingOf(ctx, standing)
}

// waitingOf is the same by the steps that a programme has.
func (p *publisher) waitingOf(ctx context.Context, standing []conversation.Standing) ([]flows.Waiting, error) {
	people, programmes := map[flows.Waiting]int64{}, map[string]*flows.Programme{}
	for _, s := range standing {
		was, known := programmes[s.Release]
		if !known {
			script, err := p.scripts.Script(ctx, s.Release)
			if err != nil {
				return nil, err
			}
			if script != nil {
				was = script.Programme
			}
			programmes[s.Release] = was
		}
		for _, name := range strings.Fields(s.Steps) {
			place := dialogs.PlaceOf(name)
			people[flows.Waiting{Flow: place.Flow, Step: place.Step, Begun: place.Begun, Was: was}] += s.People
		}
	}
	var all []flows.Waiting
	for w, n := range people {
		w.People = n
		all = append(all, w)
	}
	return all, nil
}

// short is enough of a release's id to tell it from others.
func short(id string) string { return id[:min(len(id), 12)] }

func campaignSources(folder fs.FS) ([]campaign.Source, error) {
	files, err := fs.Glob(folder, "campaigns/*.yaml")
	if err != nil {
		return nil, err
	}
	var sources []campaign.Source
	for _, file := range files {
		text, err := fs.ReadFile(folder, file)
		if err != nil {
			return nil, err
		}
		sources = append(sources, campaign.Source{ID: strings.TrimSuffix(path.Base(file), ".yaml"), File: file, Text: text})
	}
	return sources, nil
}

// follow puts in force what was published last, by whatever process.
func (p *publisher) follow(ctx context.Context) error {
	current, err := p.releases.Current(ctx)
	if err != nil {
		return err
	}
	if now := p.scripts.Current(); now != nil && now.ID == current.Release {
		return nil
	}
	if err := p.scripts.Use(ctx, current.Release, current.At); err != nil {
		return err
	}
	p.log.InfoContext(ctx, "programme in force", "release", short(current.Release))
	return nil
}

// programme is the one in force.
func (p *publisher) programme() *flows.Programme { return p.scripts.Current().Programme }
