package review

import (
	"context"
	"errors"
	"strings"

	"besedka/core/conversation"
	"besedka/core/partner"
	"besedka/core/product"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/web/console"
)

// asked is what a form asks of a task. The fence is of the taking that its page was of.
type asked struct {
	*console.Visit
	review.Of
}

// doing carries it out, in its transaction, and says what the log keeps of it.
type doing func(ctx context.Context, tx storage.Tx, a asked) (kept staff.Act, err error)

var (
	errNote   = errors.New("no words where they are needed, or ones that cannot be kept")
	errChoice = errors.New("no such name")
	errCause  = errors.New("no cause, or one of the other verdict")

	errSpeechless = errors.New("the programme has no words for it")
)

// act carries a form out once, and goes on to the next task. What people can mend is said
// on the page again, with what they wrote.
func (p *pages) act(do doing) func(v *console.Visit) error {
	return func(v *console.Visit) error {
		id, err := v.PathNumber("id")
		if err != nil {
			return err
		}
		task, err := review.Find(v.R.Context(), p.DB, id)
		if err == nil {
			err = p.maySee(v, task.Receipt)
		}
		if err != nil {
			return err
		}
		err = v.Once(func(ctx context.Context, tx storage.Tx) (string, error) {
			fence, err := v.FormNumber("fence")
			if err != nil {
				return "", err
			}
			kept, err := do(ctx, tx, asked{v, review.Of{Task: id, Staff: v.By.ID, Fence: fence}})
			if err != nil {
				return "", err
			}
			if kept.Act == "reviews.take" {
				return taskPath(id, showOf(v.R.PostForm.Get("show"))), staff.AuditTx(ctx, tx, v.Now, kept)
			}
			return p.onward(ctx, tx, v, "review-"+kept.Act[strings.IndexByte(kept.Act, '.')+1:], kept)
		})
		trouble := troubleOf(err)
		if trouble == "" {
			return err
		}
		return p.again(v, id, trouble)
	}
}

// again shows the page with why nothing was done, and what was written.
func (p *pages) again(v *console.Visit, id int64, trouble string) error {
	t, err := p.task(v, id)
	if err != nil {
		return err
	}
	form := v.R.PostForm
	t.Trouble, t.Typed = trouble, typed{Cause: review.Cause(form.Get("cause")), Note: form.Get("note"), Choice: form.Get("choice")}
	return p.page(v, t, v.ShowAgain)
}

// troubles name why an act was refused.
var troubles = []struct {
	err error
	key string
}{
	{review.ErrTaken, "taken"},
	{review.ErrLost, "lost"},
	{review.ErrDecided, "decided"},
	{receipt.ErrDecided, "decided"},
	{review.ErrAsked, "asked"},
	{receipt.ErrNoChat, "no_chat"},
	{errSpeechless, "speechless"},
	{errNote, "note"},
	{errCause, "cause"},
	{errChoice, "choice"},
	{product.ErrNoProduct, "choice"},
	{product.ErrBarcode, "barcode"},
	{partner.ErrNoStore, "choice"},
	{partner.ErrTill, "till"},
	{partner.ErrDay, "day"},
}

// troubleOf is "" for what the page has no words for.
func troubleOf(err error) string {
	if _, unclear := errors.AsType[*receipt.SumError](err); unclear {
		return "sum"
	}
	for _, t := range troubles {
		if errors.Is(err, t.err) {
			return t.key
		}
	}
	return ""
}

func (p *pages) take(ctx context.Context, tx storage.Tx, a asked) (staff.Act, error) {
	_, err := review.TakeTx(ctx, tx, a.Now, a.Task, a.By.ID)
	return act(a.Visit, "reviews.take", a.Task, nil), err
}

func (p *pages) skip(ctx context.Context, tx storage.Tx, a asked) (staff.Act, error) {
	return act(a.Visit, "reviews.skip", a.Task, nil), review.SkipTx(ctx, tx, a.Now, a.Of)
}

// photo asks the shopper for another one.
func (p *pages) photo(ctx context.Context, tx storage.Tx, a asked) (staff.Act, error) {
	if !p.Programme().Hears(receipt.EventUnclear) {
		return staff.Act{}, errSpeechless
	}
	id, err := p.Receipts.AskPhotoTx(ctx, tx, a.Now, a.Of)
	return act(a.Visit, "reviews.photo", a.Task, map[string]any{"receipt": id}), err
}

// decide says yes or no.
func (p *pages) decide(ctx context.Context, tx storage.Tx, a asked) (staff.Act, error) {
	form := a.R.PostForm
	v := review.Verdict{Task: a.Task, Staff: a.By.ID, Fence: a.Fence, Approve: form.Get("approve") == "yes", Cause: review.Cause(form.Get("cause"))}
	var err error
	if v.Note, err = noteOf(a.Visit, v.Cause == review.Other); err != nil {
		return staff.Act{}, err
	}
	if !v.Cause.Fits(v.Approve) {
		return staff.Act{}, errCause
	}
	sum, err := a.FormNumber("sum")
	if err != nil {
		return staff.Act{}, err
	}
	judged, err := p.Receipts.JudgeTx(ctx, tx, a.Now, receipt.Judgement{Verdict: v, Sum: sum})
	return act(a.Visit, "reviews.decide", a.Task, map[string]any{
		"receipt": judged.Receipt, "approve": v.Approve, "cause": v.Cause, "taken": judged.Back.Taken, "short": judged.Back.Short,
	}), err
}

// name says which product or store it is, or none of them.
func (p *pages) name(ctx context.Context, tx storage.Tx, a asked) (staff.Act, error) {
	choice := strings.TrimSpace(a.R.PostForm.Get("choice"))
	if choice == "" && a.R.PostForm.Get("none") == "" {
		return staff.Act{}, errChoice
	}
	note, err := noteOf(a.Visit, false)
	if err != nil {
		return staff.Act{}, err
	}
	task, err := review.Find(ctx, tx, a.Task)
	if err != nil {
		return staff.Act{}, err
	}
	if task.Kind == review.Place {
		_, err = p.Partners.DecideTx(ctx, tx, a.Now, partner.Decision{Task: a.Task, Staff: a.By.ID, Fence: a.Fence, Store: choice, Note: note})
		return act(a.Visit, "places.decide", a.Task, map[string]any{"store": choice}), err
	}
	_, err = p.Products.DecideTx(ctx, tx, a.Now, product.Decision{Task: a.Task, Staff: a.By.ID, Fence: a.Fence, Product: choice, Note: note})
	return act(a.Visit, "products.decide", a.Task, map[string]any{"product": choice}), err
}

// noteOf is what was written about a decision.
func noteOf(v *console.Visit, needed bool) (string, error) {
	note := strings.TrimSpace(strings.ReplaceAll(v.R.PostForm.Get("note"), "\r\n", "\n"))
	if note == "" && !needed {
		return "", nil
	}
	if !conversation.Sayable(note) {
		return "", errNote
	}
	return note, nil
}
