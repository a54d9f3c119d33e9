package review

import (
	"cmp"
	"slices"
	"strconv"

	"besedka/core/fiscal"
	"besedka/core/product"
	"besedka/core/product/catalogue"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/locales"
	"besedka/web/console/ui"
)

// approvals and rejections are the causes that a reviewer chooses among, the likeliest
// first: 1 to 6 choose them.
var (
	approvals  = []review.Cause{review.PaperSeen, review.FoundThere, review.Innocent, review.Other}
	rejections = []review.Cause{review.NotFound, review.Forged, review.Collected, review.Ineligible, review.Unreadable, review.Other}
)

// kindOf is what a task is about in the reader's eyes: a receipt of the random sample is a
// receipt like any other, see doc.go.
func kindOf(k review.Kind) string {
	switch k {
	case review.Product, review.Place, review.Debt:
		return string(k)
	}
	return "receipt"
}

// title names a task by its sum: no two of a page look the same.
func title(v ui.View, t task) string {
	return v.With("review.title."+kindOf(t.Kind), locales.Args{"sum": locales.Money(t.Dossier.Sum)})
}

// holder says whose a task is and until when.
func holder(v ui.View, s standing) string {
	by := s.HeldBy(v.Now)
	switch {
	case s.Decided != nil && s.DecidedBy == 0:
		return v.T("review.whose.settled")
	case s.Decided != nil:
		return v.With("review.whose.decided", locales.Args{"name": locales.Text(s.Names[s.DecidedBy]), "verdict": locales.Text(v.T("review.verdict." + s.Verdict))})
	case by == v.By.ID:
		return v.With("review.whose.you", locales.Args{"at": locales.Text(v.Clock(*s.TakenUntil))})
	case by != 0:
		return v.With("review.whose.colleague", locales.Args{"name": locales.Text(s.Names[by]), "at": locales.Text(v.Clock(*s.TakenUntil))})
	}
	return v.T("review.whose.nobody")
}

// toneOf colours a confidence.
func toneOf(s sure) ui.Tone {
	switch s {
	case agreed, readTwice:
		return ui.OK
	case differs:
		return ui.Bad
	case ambiguous, typedIn:
		return ui.Warn
	}
	return ui.Plain
}

// read is what was recognised; the sum is money.
func read(v ui.View, t task, f field) string {
	if f.Name == "sum" {
		return v.Words.Money(t.Dossier.Sum)
	}
	return f.Read
}

// tax is what the tax service has in its place.
func tax(v ui.View, t task, f field) string {
	if f.Name == "sum" && t.Contents != nil {
		return v.Words.Money(t.Contents.Total)
	}
	return f.Tax
}

// readings are the sums that a code without a point can mean, in kopecks.
func readings(d receipt.Dossier) []int64 {
	if !d.SumAmbiguous {
		return nil
	}
	return []int64{d.Sum, d.Sum / 100}
}

// matched says what a line of goods was taken for, and how surely.
func matched(v ui.View, l product.Line) (ui.Tone, string) {
	args := locales.Args{"product": locales.Text(l.Product), "score": locales.Count(int64(l.Score))}
	switch l.Verdict {
	case catalogue.Accepted:
		return ui.OK, v.With("review.line.accepted", args)
	case catalogue.Unsure:
		return ui.Warn, v.With("review.line.unsure", args)
	}
	return ui.Plain, v.T("review.line.other")
}

// answer is a class of the tax service's answers; one of a later version has no words yet.
func answer(v ui.View, class string) string {
	if text := v.T("review.answers." + class); text != "console.review.answers."+class {
		return text
	}
	return class
}

func id(n int64) string { return strconv.FormatInt(n, 10) }

// chosen is the option that stands in the field at first.
func chosen(t task) string { return cmp.Or(t.Typed.Choice, t.Asks.Nearest) }

// latest are the last answers of the tax service, the newest first.
func latest(d receipt.Dossier) []receipt.Answered {
	all := slices.Clone(d.Attempts)
	slices.Reverse(all)
	return all[:min(len(all), attemptMost)]
}

// goods are the lines of the contents, as many as a page holds.
func goods(t task) []fiscal.Line { return t.Contents.Lines[:min(len(t.Contents.Lines), lineMost)] }

// claimed says how a claim came.
func claimed(c receipt.Claim) string {
	switch {
	case c.Staff != 0:
		return "desk"
	case c.Photo == "":
		return "typed"
	case c.QR == "":
		return "unread"
	}
	return "photo"
}

// columns are those of the recognised fields; the tax service has one when it knows the
// receipt.
func columns(v ui.View, t task) []ui.Column {
	names := []string{"field", "read", "tax", "sure_title"}
	if t.Contents == nil {
		names = slices.Delete(names, 2, 3)
	}
	all := make([]ui.Column, len(names))
	for i, name := range names {
		all[i] = ui.Column{Title: v.T("review." + name)}
	}
	return all
}
