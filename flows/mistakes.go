package flows

import (
	"slices"

	"besedka/core/source"
)

// A Mistake is one kind of what the check tells, under the code of its
// Problems. Its page in docs/checks has more to say, with samples.
type Mistake struct {
	Code  string
	Title source.Text
	Why   source.Text // why it is a mistake
}

// Mistakes returns what can be wrong in the files of a programme, by code.
func Mistakes() []Mistake {
	return slices.Concat(scriptMistakes, serviceMistakes, faqMistakes, surveyMistakes, productMistakes, talkMistakes, mediaMistakes, dataMistakes, campaignMistakes, partnerMistakes, prizeMistakes, cardMistakes, tierMistakes, commandMistakes, templateMistakes, widgetMistakes, letterMistakes, stopMistakes, supportMistakes, placeMistakes)
}

// MistakeOf returns the mistake of a code.
func MistakeOf(code string) (Mistake, bool) {
	all := Mistakes()
	i := slices.IndexFunc(all, func(m Mistake) bool { return m.Code == code })
	if i < 0 {
		return Mistake{}, false
	}
	return all[i], true
}
