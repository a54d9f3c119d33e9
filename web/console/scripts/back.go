package scripts

import (
	"context"

	"besedka/storage"
	"besedka/web/console"
	"besedka/web/studio"
)

// published is a publication as somebody sees it, who may go back to it.
type published struct {
	studio.Published
	Trouble string // why it was not done
	Reason  string // as it was written
}

func (p *pages) showPublication(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	s, err := p.Studio.Published(v.R.Context(), id)
	if err != nil {
		return err
	}
	return v.Show(publicationPage(v.View, published{Published: s}))
}

// goBack publishes an earlier release anew.
func (p *pages) goBack(v *console.Visit) error {
	id, err := v.PathNumber("id")
	if err != nil {
		return err
	}
	o, err := order(v)
	if err == nil {
		err = v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
			return home + "?done=scripts_back", p.Studio.GoBackTx(ctx, tx, o, id)
		})
	}
	if err == nil {
		return p.follow(v)
	}
	trouble := troubleOf(err)
	if trouble == "" {
		return err
	}
	s, err := p.Studio.Published(v.R.Context(), id)
	if err != nil {
		return err
	}
	return v.ShowAgain(publicationPage(v.View, published{s, trouble, v.R.PostFormValue("reason")}))
}
