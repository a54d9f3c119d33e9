package expr

import "besedka/core/source"

var kindNames = [...]source.Text{
	{Ru: "неизвестное", En: "unknown"},
	Bool:   {Ru: "да/нет", En: "true/false"},
	Text:   {Ru: "текст", En: "text"},
	Count:  {Ru: "число", En: "a count"},
	Ratio:  {Ru: "дробь", En: "a ratio"},
	Money:  {Ru: "деньги", En: "money"},
	Points: {Ru: "баллы", En: "points"},
	Date:   {Ru: "дата", En: "a date"},
	Texts:  {Ru: "список", En: "a list"},
	Branch: {Ru: "категория", En: "a category"},
}

// Name returns the kind's name for marketers.
func (k Kind) Name() source.Text { return kindNames[k] }

func (k Kind) numeric() bool { return k.plain() || k.amount() }

// plain is a number without a unit.
func (k Kind) plain() bool { return k == Count || k == Ratio }

// amount is a number with a unit.
func (k Kind) amount() bool { return k == Money || k == Points }

// fits says whether values of kinds a and b may be compared and added.
func fits(a, b Kind) bool { return a == b || a.plain() && b.plain() }

// accepts says whether a value of kind have may stand where want is wanted.
func accepts(want, have Kind) bool { return want == have || want == Ratio && have == Count }
