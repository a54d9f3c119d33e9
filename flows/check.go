package flows

// check looks at the programme as a whole, a family of mistakes after another.
func (l *loader) check() {
	l.checkRefs()
	l.checkMoved()
	l.checkCommands()
	l.checkWays()
	l.checkSurveys()
	l.checkPatience()
	l.checkWords()
	l.checkNever()
	l.checkTexts()
	l.checkFAQ()
	l.checkConsent()
	l.checkPlaces()
}
