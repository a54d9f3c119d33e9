package main

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"besedka/core/campaign"
	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/storage"
)

// unpublishable is a programme folder with mistakes: what was published before
// stays in force.
type unpublishable struct{ problems []*source.Problem }

func (u *unpublishable) Error() string {
	return fmt.Sprintf("the programme has %d mistakes and is not published; the first: %s", len(u.problems), u.problems[0])
}

// publish checks a programme folder and puts it in force. Publishing what is
// in force already changes nothing.
func (a *app) publish(ctx context.Context, folder fs.FS) error {
	programme, problems := flows.Load(folder, actions.Vocabulary())
	if programme == nil {
		return &unpublishable{problems}
	}
	id, changed, err := a.releases.Publish(ctx, a.now(), folder, nil, func(ctx context.Context, tx storage.Tx) error {
		sources, err := campaignSources(folder)
		if err != nil {
			return err
		}
		return a.campaigns.PublishTx(ctx, tx, a.now(), programme.Location, sources)
	})
	if err != nil {
		return err
	}
	if changed {
		a.log.InfoContext(ctx, "programme published", "release", id)
	}
	return a.scripts.Use(ctx, id)
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
		id := strings.TrimSuffix(path.Base(file), ".yaml")
		sources = append(sources, campaign.Source{ID: id, File: file, Text: text})
	}
	return sources, nil
}

// follow puts in force what another process has published.
func (a *app) follow(ctx context.Context) error {
	current, err := a.releases.Current(ctx)
	if err != nil {
		return err
	}
	return a.scripts.Use(ctx, current.Release)
}

// programmeFile reads a file of the release in force.
func (a *app) programmeFile(ctx context.Context, name string) ([]byte, error) {
	folder, err := a.releases.Load(ctx, a.scripts.Current().ID)
	if err != nil {
		return nil, err
	}
	data, err := fs.ReadFile(folder, path.Clean(name))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", storage.ErrNotFound, err)
	}
	return data, nil
}
