package flows

import (
	"slices"

	"besedka/core/partner/book"
)

const partnersFile = "partners.yaml"

// readPartners reads partners.yaml by its own reader; a programme may do without.
func (l *loader) readPartners(names []string) {
	if !slices.Contains(names, partnersFile) {
		return
	}
	text := l.readUpTo(partnersFile, book.MaxBytes)
	if text == nil {
		return
	}
	b, problems := book.Parse(partnersFile, text)
	l.problems = append(l.problems, problems...)
	l.p.Partners = b
}
