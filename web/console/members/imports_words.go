package members

import (
	"fmt"
	"strings"
	"time"

	"besedka/core/member/intake"
	"besedka/locales"
	"besedka/web/console/ui"
)

// progress is how far the work on a list is.
func progress(v ui.View, l list) string {
	return v.With("imports.of", locales.Args{"n": locales.Count(int64(l.done())), "all": locales.Count(int64(l.whole()))})
}

// whoOf is by what people know a line again in their own file.
func whoOf(r intake.Row) string {
	return strings.TrimSpace(strings.Join([]string{r.Phone, r.Name, r.External}, " "))
}

// because is why a line is doubtful or refused, and where.
func because(v ui.View, l list, r intake.Row) string {
	text := r.Cause.What().In(v.Lang)
	switch {
	case r.Col > 0:
		return v.With("imports.row.column", locales.Args{"column": locales.Text(columnOf(v, l, r.Col)), "what": locales.Text(text)})
	case r.Other > 0:
		return v.With("imports.row.same", locales.Args{"what": locales.Text(text), "n": locales.Text(fmt.Sprint(r.Other))})
	}
	return text
}

// columnOf is how the file calls a column, from 1; its number once the file is gone.
func columnOf(v ui.View, l list, col int) string {
	if col > len(l.Head) {
		return headOf(v, "", col-1)
	}
	return headOf(v, l.Head[col-1], col-1)
}

func doneWord(v ui.View, r intake.Row) string {
	if r.Done {
		return v.T("imports.row.done")
	}
	return v.T("imports.row.fit")
}

// headOf is what the file calls a column, or its number.
func headOf(v ui.View, head string, i int) string {
	if head == "" {
		return v.With("imports.nth", locales.Args{"n": locales.Text(fmt.Sprint(i + 1))})
	}
	return head
}

// agreedOn is the day of the consents.
func agreedOn(v ui.View, l list) string {
	day, err := time.ParseInLocation(time.DateOnly, l.Basis.On, v.Zone)
	if err != nil {
		return v.T("imports.basis.each")
	}
	return v.Day(day)
}

// lookKind is the button that has a list looked at: the first thing to do while its columns
// are not told.
func lookKind(l list) string {
	if l.State == intake.Uploaded {
		return "primary"
	}
	return ""
}
