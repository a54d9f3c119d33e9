package flows

import "besedka/core/source"

// mediaMistakes are those of L4xx that are about pictures and about texts for one
// messenger.
var mediaMistakes = []Mistake{
	{
		Code: "L403", Title: source.Text{Ru: "Нет такой картинки", En: "There is no such picture"},
		Why: source.Text{
			Ru: "Человек увидел бы слова без картинки, о которой они говорят.",
			En: "A person would read words about a picture that is not there.",
		},
	},
	{
		Code: "L404", Title: source.Text{Ru: "Картинка не для мессенджера", En: "A picture that messengers do not show"},
		Why: source.Text{
			Ru: "Мессенджеры показывают JPEG, PNG, GIF и WebP не больше 10 МБ; остальное не примут, и сообщение не дойдёт вовсе.",
			En: "Messengers show JPEG, PNG, GIF and WebP of 10 MB at most; they refuse anything else, and the message with it.",
		},
	},
	{
		Code: "L405", Title: source.Text{Ru: "Слова для чужого мессенджера", En: "Words for a messenger that is not there"},
		Why: source.Text{
			Ru: "В этом мессенджере программа не говорит, и слов никто не прочтёт.",
			En: "The programme does not speak in this messenger, and nobody reads the words.",
		},
	},
}
