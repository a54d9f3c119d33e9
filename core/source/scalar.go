package source

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// wrong reports that n is not what its reader wants.
func (n *Node) wrong(ps *[]*Problem, want Text) {
	cure := shaped[want.En]
	switch {
	case n.Kind == Map && len(n.Entries) > 0 && n.Entries[0].Value.Kind == Empty:
		cure = Sentence("текст, который начинается со скобки {, берут в кавычки", "text that begins with { goes in quotes")
	case n.Kind == Scalar && n.Quoted:
		cure = Sentence("уберите кавычки, если это число или true/false", "remove the quotes if this is a number or true/false")
	case n.Kind == Empty:
		cure = Sentence("значение пропущено: допишите его или уберите ключ; если оно ниже, сделайте ему отступ вправо", "the value is missing: add it or remove the key; if it stands below, indent it")
	}
	*ps = append(*ps, &Problem{
		Pos: n.Pos, Code: "L104", Cure: cure,
		What: Text{Ru: "здесь нужно: " + want.Ru + ", а стоит " + n.shown().Ru, En: "wanted here: " + want.En + ", found " + n.shown().En},
	})
}

// shaped shows how what is wanted is written.
var shaped = map[string]Text{
	"text":                            Sentence("пишите слова, лучше в кавычках", "write words, best in quotes"),
	"true or false":                   Sentence("пишите true или false", "write true or false"),
	"a whole number":                  Sentence("пишите цифрами: 5", "write digits: 5"),
	"a number (with a decimal point)": Sentence("пишите цифрами: 5 или 0.5", "write digits: 5 or 0.5"),
	"a list":                          Sentence("пишите в скобках: [один, другой]", "write in brackets: [one, another]"),
	"keys with values":                Sentence("пишите ключ: значение; если ключи ниже, проверьте их отступ", "write key: value; if the keys stand below, check their indent"),
}

const shownRunes = 40

func (n *Node) shown() Text {
	switch n.Kind {
	case List:
		return Text{Ru: "список", En: "a list"}
	case Map:
		return Text{Ru: "набор ключей", En: "a map"}
	case Empty:
		return Text{Ru: "пустое значение", En: "nothing"}
	}
	text := []rune(strings.ReplaceAll(n.Text, "\n", " "))
	if len(text) > shownRunes {
		text = append(text[:shownRunes:shownRunes], '…')
	}
	return Sentence("«%s»", "%q", string(text))
}

// AsText reads a scalar as it is written; "" when n is nil.
func (n *Node) AsText(ps *[]*Problem) string {
	if n == nil {
		return ""
	}
	if n.Kind != Scalar {
		n.wrong(ps, Sentence("текст", "text"))
		return ""
	}
	return n.Text
}

// AsBool reads true or false, the only ones of YAML 1.2; false when n is nil.
func (n *Node) AsBool(ps *[]*Problem) bool {
	if n == nil {
		return false
	}
	if n.Kind != Scalar || n.Quoted || n.Text != "true" && n.Text != "false" {
		n.wrong(ps, Sentence("true или false", "true or false"))
		return false
	}
	return n.Text == "true"
}

var (
	wholeNumber   = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	decimalNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$`)
)

// AsInt reads a whole number in its only spelling: 012 and 1_000 are none.
func (n *Node) AsInt(ps *[]*Problem) int64 {
	if n == nil {
		return 0
	}
	value, err := strconv.ParseInt(n.Text, 10, 64)
	if n.Kind != Scalar || n.Quoted || err != nil || !wholeNumber.MatchString(n.Text) {
		n.wrong(ps, Sentence("целое число", "a whole number"))
		return 0
	}
	return value
}

// AsDecimal reads a number with a decimal point exactly; nil when there is none.
func (n *Node) AsDecimal(ps *[]*Problem) *big.Rat {
	if n == nil {
		return nil
	}
	if n.Kind != Scalar || n.Quoted || !decimalNumber.MatchString(n.Text) {
		n.wrong(ps, Sentence("число (дробная часть через точку)", "a number (with a decimal point)"))
		return nil
	}
	value, _ := new(big.Rat).SetString(n.Text)
	return value
}

// AsTexts reads a list of texts; a single text is a list of one.
func (n *Node) AsTexts(ps *[]*Problem) []string {
	if n == nil {
		return nil
	}
	if n.Kind == Scalar {
		return []string{n.Text}
	}
	var texts []string
	for _, item := range n.AsList(ps) {
		texts = append(texts, item.AsText(ps))
	}
	return texts
}

// AsList reads a list; nil when n is nil.
func (n *Node) AsList(ps *[]*Problem) []*Node {
	if n == nil {
		return nil
	}
	if n.Kind != List {
		n.wrong(ps, Sentence("список", "a list"))
	}
	return n.Items
}

// AsMap reads a map whose keys the writer chooses, in the order of the file.
func (n *Node) AsMap(ps *[]*Problem) []Entry {
	if n == nil {
		return nil
	}
	if n.Kind != Map {
		n.wrong(ps, Sentence("ключи со значениями", "keys with values"))
	}
	return n.Entries
}
