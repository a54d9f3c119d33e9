package main

import (
	"context"
	"errors"
	"io/fs"

	"besedka/core/conversation"
	"besedka/core/release"
	"besedka/core/source"
	"besedka/dialogs/actions"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/author"
	"besedka/web/studio"
)

// studio is the publisher as pages and programs of the staff use it.
func (a *app) studio() *studio.Studio {
	press := studio.Press{Outlook: a.outlook, PublishTx: a.pressTx, Follow: a.follow, People: a.people}
	return &studio.Studio{DB: a.db, Releases: a.releases, Press: press, Vocabulary: actions.Vocabulary()}
}

// authors is what pages stand on that the staff write scripts on.
func (a *app) authors() author.Deps {
	return author.Deps{Vocabulary: actions.Vocabulary(), Facts: actions.Newcomer(), Words: a.texts, Now: a.now, Log: a.log}
}

// finishes is the fate of who waits at a step that an earlier release does not have.
const finishes = "finishes"

// outlook tells what a programme would mean for who waits now.
func (a *app) outlook(ctx context.Context, programme *flows.Programme, again bool) (would studio.Outlook, err error) {
	standing, err := a.standing(ctx)
	if err != nil {
		return would, err
	}
	waiting, err := a.waitingOf(ctx, standing)
	if err != nil {
		return would, err
	}
	for _, o := range outlooks(programme, waiting) {
		if again && flows.Fate(o.Fate) == flows.Gone {
			o.Fate = finishes
		}
		would.Waiting = append(would.Waiting, o.sentence())
	}
	if !again {
		would.Stranded = programme.Stranded(waiting)
	}
	return would, nil
}

// pressTx checks a folder and puts it in force, in tx.
func (a *app) pressTx(ctx context.Context, tx storage.Tx, o release.Order, folder fs.FS, again bool) (changed bool, err error) {
	load, stranded := flows.Load, (*flows.Programme).Stranded
	if again {
		load, stranded = flows.Reload, func(*flows.Programme, []flows.Waiting) []*source.Problem { return nil }
	}
	programme, problems := load(folder, actions.Vocabulary())
	if programme == nil {
		return false, &studio.Unpublishable{Problems: problems}
	}
	also, err := a.also(o, folder, programme, func(w []flows.Waiting) []*source.Problem { return stranded(programme, w) })
	if err != nil {
		return false, err
	}
	_, changed, err = release.PublishTx(ctx, tx, o, folder, also)
	if refused, ok := errors.AsType[*unpublishable](err); ok {
		err = &studio.Unpublishable{Problems: refused.problems}
	}
	return changed, err
}

// people are how many wait at each step, whatever release they were asked in.
func (a *app) people(ctx context.Context) (map[string]int64, error) {
	standing, err := a.standing(ctx)
	people := map[string]int64{}
	for _, s := range standing {
		people[s.Step()] += s.People
	}
	return people, err
}

// standing is who waits where, for pages: those who publish are counted anew. It is read
// in a transaction, as the day's report reads it: who held the census and waited for a
// connection, while reports hold all of them and wait for the census, would wait for ever.
func (a *app) standing(ctx context.Context) (standing []conversation.Standing, err error) {
	err = a.db.InSnapshot(ctx, func(ctx context.Context, tx storage.Tx) error {
		standing, _, err = a.reports.Census.Read(ctx, tx, a.now())
		return err
	})
	return standing, err
}
