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
	"besedka/core/release"
	"besedka/core/source"
	"besedka/core/staff"
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
	return &publisher{
		campaigns: &campaign.Service{}, releases: releases, now: now, log: log,
		scripts: runner.NewReleases(releases.Load, actions.Vocabulary()),
	}
}

// unpublishable is a programme folder with mistakes: what was published before
// stays in force.
type unpublishable struct{ problems []*source.Problem }

func (u *unpublishable) Error() string {
	return fmt.Sprintf("the programme has mistakes (%d) and is not published; the first: %s", len(u.problems), u.problems[0])
}

// begin puts folder in force at a start. A folder with mistakes does not stop
// a programme that was published before: its problems are returned.
func (p *publisher) begin(ctx context.Context, folder fs.FS) ([]*source.Problem, error) {
	err := p.publish(ctx, folder)
	refused, mistaken := errors.AsType[*unpublishable](err)
	if !mistaken {
		return nil, err
	}
	if followed := p.follow(ctx); followed != nil {
		return nil, err
	}
	return refused.problems, nil
}

// publish checks a programme folder and puts it in force. Publishing what is
// in force already changes nothing.
func (p *publisher) publish(ctx context.Context, folder fs.FS) error {
	programme, problems := flows.Load(folder, actions.Vocabulary())
	if programme == nil {
		return &unpublishable{problems}
	}
	id, changed, err := p.releases.Publish(ctx, p.now(), folder, nil, func(ctx context.Context, tx storage.Tx, id string) error {
		sources, err := campaignSources(folder)
		if err != nil {
			return err
		}
		if err := p.campaigns.PublishTx(ctx, tx, p.now(), programme.Location, sources); err != nil {
			return err
		}
		return staff.AuditTx(ctx, tx, p.now(), staff.Act{Act: "release.publish", Object: "release/" + id})
	})
	if err != nil {
		return err
	}
	if changed {
		p.log.InfoContext(ctx, "programme published", "release", id)
	}
	return p.scripts.Use(ctx, id)
}

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
	return p.scripts.Use(ctx, current.Release)
}

// programme is the one in force.
func (p *publisher) programme() *flows.Programme { return p.scripts.Current().Programme }
