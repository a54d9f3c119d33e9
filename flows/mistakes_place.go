package flows

import "besedka/core/source"

// placeMistakes are L696: where the files of a programme lie.
var placeMistakes = []Mistake{
	{
		Code: "L696", Title: source.Text{Ru: "Этот файл никто не прочтёт", En: "Nobody reads this file"},
		Why: source.Text{
			Ru: "Файл не на своём месте пропадает молча: он написан, а бот о нём не знает.",
			En: "A file out of its place is lost in silence: it is written, and the bot knows nothing of it.",
		},
	},
}
