package flows

import (
	"math/big"

	"besedka/locales"
)

// Amount prints so many minor units of a currency with its word: 64,22 бонуса.
func (c Currency) Amount(minor int64, lang string) string {
	return c.Number(minor, lang) + " " + locales.Form(lang, c.Title[lang], c.arg(minor))
}

// Number is Amount without the word.
func (c Currency) Number(minor int64, lang string) string { return locales.Number(lang, c.arg(minor)) }

// arg is an amount as texts print it. Hundredths are written in full or not at all.
func (c Currency) arg(minor int64) locales.Arg {
	switch c.Scale {
	case 0:
		return locales.Count(minor)
	case bonusScale:
		return locales.Points(minor)
	}
	return locales.Exact(big.NewRat(minor, 10))
}
