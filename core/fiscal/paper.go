package fiscal

import (
	"regexp"
	"strings"
)

// labelled is a requisite behind its label, as tills and operators print it: ФН №
// 7284440500123456, N ФД: 4711, ФПД 3141592653. Tills differ in what stands between.
func labelled(labels, value string) *regexp.Regexp {
	const between = `[^\pL\d]{0,8}`
	return regexp.MustCompile(`(?i)(?:^|[^\pL])(?:` + labels + `)` + between + `(?:№|N|No)?` + between + `(` + value + `)(?:[^\d]|$)`)
}

// What is printed, by the key of the fiscal code.
var (
	paperFN  = labelled(`ФН|FN|фискальный накопитель|номер фискального накопителя`, `\d{16}`)
	paperFD  = labelled(`ФД|FD|фискальный документ|номер фискального документа`, `\d{1,10}`)
	paperFP  = labelled(`ФПД?|FPD?|фискальный признак(?: документа)?`, `\d{1,10}`)
	paperSum = labelled(`ИТОГО?|TOTAL`, `\d[\d \x{a0}]{0,18}[.,]\d{2}`)
	paperDay = regexp.MustCompile(`(?:^|\D)(\d{2}[./]\d{2}[./](?:20)?\d{2})[\s,T]{1,3}(\d{2}:\d{2}(?::\d{2})?)(?:\D|$)`)
)

// settlements are the words of tag 1054; a longer one goes first.
var settlements = []struct{ word, n string }{
	{"ВОЗВРАТ ПРИХОДА", "2"}, {"ВОЗВРАТ РАСХОДА", "4"}, {"ПРИХОД", "1"}, {"РАСХОД", "3"},
}

// printed finds the requisites in the words of a receipt: a PDF of one, or what
// somebody has copied out. Nothing is a receipt without its drive, or without both
// of the document's numbers. What is found twice and differs is not known.
func printed(text string) fields {
	f := fields{}
	for key, label := range map[string]*regexp.Regexp{"fn": paperFN, "i": paperFD, "fp": paperFP} {
		for _, value := range behind(label, text) {
			f.add(key, value)
		}
	}
	if f["fn"] == "" && (f["i"] == "" || f["fp"] == "") {
		return fields{}
	}
	for _, value := range behind(paperSum, text) {
		f.add("s", squeeze.Replace(value))
	}
	for _, m := range paperDay.FindAllStringSubmatch(text, maxPrinted) {
		if c, slip := ReadTime(m[1] + " " + m[2]); slip == "" {
			f.add("t", c)
		}
	}
	capitals := strings.ToUpper(text)
	for _, s := range settlements {
		if strings.Contains(capitals, s.word) {
			f.add("n", s.n)
			break
		}
	}
	return f
}

const maxPrinted = 20 // of one requisite looked at

// behind are the values behind a label. Two of them may share what stands between.
func behind(label *regexp.Regexp, text string) (found []string) {
	for range maxPrinted {
		at := label.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		found = append(found, text[at[2]:at[3]])
		text = text[at[3]:]
	}
	return found
}

var squeeze = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\t", "")
