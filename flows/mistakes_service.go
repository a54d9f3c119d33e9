package flows

import "besedka/core/source"

// serviceMistakes are L14x: services of others.
var serviceMistakes = []Mistake{
	{
		Code: "L140", Title: source.Text{Ru: "Адрес службы не подходит", En: "The address of a service does not do"},
		Why: source.Text{
			Ru: "Бот ходит только в интернет и только по https: иначе чужой ответ выдадут за ответ службы.",
			En: "The bot goes to the internet and by https alone: else somebody answers in the service's name.",
		},
	},
	{
		Code: "L141", Title: source.Text{Ru: "Исход службы не подходит", En: "An outcome of a service that does not do"},
		Why: source.Text{
			Ru: "По ответу службы должно быть ясно, какой это исход, и всегда один.",
			En: "An answer of a service has one outcome, and everybody can tell which.",
		},
	},
	{
		Code: "L142", Title: source.Text{Ru: "Личное уходит чужой службе до согласия", En: "Personal data goes out before consent"},
		Why: source.Text{
			Ru: "Передать имя или телефон другим можно только с согласия.",
			En: "A name or phone may be given to others with consent only.",
		},
	},
	{
		Code: "L143", Title: source.Text{Ru: "Секрет в папке программы", En: "A secret in the programme folder"},
		Why: source.Text{
			Ru: "Папку видят все, кто пишет сценарии, и она остаётся в истории.",
			En: "The folder is seen by all who write scripts, and stays in its history.",
		},
	},
}
