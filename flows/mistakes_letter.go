package flows

import "besedka/core/source"

// letterMistakes are L685-L687: what is written past the chats.
var letterMistakes = []Mistake{
	{
		Code: "L685", Title: source.Text{Ru: "Слишком длинная СМС", En: "An SMS that is too long"},
		Why: source.Text{
			Ru: "Длинная СМС - это несколько: платят за каждую, а читают первую строчку.",
			En: "A long SMS is several: each is charged, and people read the first line.",
		},
	},
	{
		Code: "L686", Title: source.Text{Ru: "Письма некуда слать", En: "E-mail to nowhere"},
		Why: source.Text{
			Ru: "Адрес почты берётся из анкеты: если его там нет, писем никто не получит.",
			En: "The address comes from the profile: where it has none, nobody gets a letter.",
		},
	},
	{
		Code: "L687", Title: source.Text{Ru: "От писем не отказаться", En: "Letters without an end"},
		Why: source.Text{
			Ru: "Кто не нашёл, как отказаться, жмёт «спам», и письма перестают доходить до всех.",
			En: "Who finds no way to have no more of them calls them spam, and then they reach nobody.",
		},
	},
}
