package flows

import (
	"slices"

	"besedka/core/product/catalogue"
)

const catalogueFile = "catalogue.yaml"

// readCatalogue reads catalogue.yaml by its own reader; a programme may do
// without. Its mistakes are told last: no script needs it, and they must not
// crowd out a script's in Reload.
func (l *loader) readCatalogue(names []string) {
	if !slices.Contains(names, catalogueFile) {
		return
	}
	text := l.readFile(catalogueFile)
	if text == nil {
		return
	}
	c, problems := catalogue.Parse(catalogueFile, text)
	l.problems = append(l.problems, problems...)
	l.p.Catalogue = c
}
