package scripts

import (
	"context"

	"besedka/core/release"
	"besedka/core/source"
	"besedka/flows"
	"besedka/storage"
	"besedka/web/console"
)

// published is one publication, and what going back to it would do.
type published struct {
	release.Publication
	Diff    []release.FileDiff // what it has changed
	Live    release.Publication
	Back    []release.FileDiff // what going back would change
	Waiting []source.Text      // and what becomes of who waits
	Gone    bool               // it cannot be read any more

	Trouble string
	Reason  string
}

func (p published) inForce() bool { return p.Release == p.Live.Release }

func (p *pages) published(ctx context.Context, id int64) (s published, err error) {
	if s.Publication, err = p.Releases.Publication(ctx, id); err != nil {
		return s, err
	}
	if s.Live, err = p.Releases.Current(ctx); err != nil {
		return s, err
	}
	if s.Diff, err = p.between(ctx, s.Before, s.Release); err != nil || s.inForce() {
		return s, err
	}
	if s.Back, err = p.between(ctx, s.Live.Release, s.Release); err != nil {
		return s, err
	}
	folder, err := p.Releases.Load(ctx, s.Release)
	if err != nil {
		return s, err
	}
	programme, _ := flows.Reload(folder, p.Author.Vocabulary)
	if s.Gone = programme == nil; s.Gone {
		return s, nil
	}
	would, err := p.Press.Outlook(ctx, programme, true)
	s.Waiting = would.Waiting
	return s, err
}

func (p *pages) showPublication(v *console.Visit) error {
	id, err := number(v, "id")
	if err != nil {
		return err
	}
	s, err := p.published(v.R.Context(), id)
	if err != nil {
		return err
	}
	return v.Show(publicationPage(v.View, s))
}

// goBack publishes an earlier release anew.
func (p *pages) goBack(v *console.Visit) error {
	id, err := number(v, "id")
	if err != nil {
		return err
	}
	is, err := p.Releases.Publication(v.R.Context(), id)
	if err != nil {
		return err
	}
	folder, err := p.Releases.Load(v.R.Context(), is.Release)
	if err != nil {
		return err
	}
	o, err := order(v)
	if err == nil {
		err = v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
			return home + "?done=scripts_back", p.Press.PublishTx(ctx, tx, o, folder, true)
		})
	}
	if err == nil {
		return p.follow(v)
	}
	trouble := troubleOf(err)
	if trouble == "" {
		return err
	}
	s, err := p.published(v.R.Context(), id)
	if err != nil {
		return err
	}
	s.Trouble, s.Reason = trouble, v.R.PostFormValue("reason")
	return v.ShowAgain(publicationPage(v.View, s))
}
