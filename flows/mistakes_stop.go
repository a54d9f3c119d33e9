package flows

import "besedka/core/source"

// stopMistakes are L690-L692: how people refuse to be written to.
var stopMistakes = []Mistake{
	{
		Code: "L690", Title: source.Text{Ru: "Отказ от сообщений - не дело сценария", En: "Refusing messages is not a flow's business"},
		Why: source.Text{
			Ru: "«Стоп» говорят когда угодно, и услышать его должны в любом месте разговора.",
			En: "People say “stop” at any time, and it must be heard wherever they stand.",
		},
	},
	{
		Code: "L691", Title: source.Text{Ru: "Отказ от сообщений слушают отдельно", En: "Refusing messages is listened for alone"},
		Why: source.Text{
			Ru: "На отказ отвечают и возвращаются к вопросу: событие, кнопка или уход в другой сценарий сделали бы из него что-то ещё.",
			En: "A refusal is answered and the question stays: an event, a button or another flow would make something else of it.",
		},
	},
	{
		Code: "L692", Title: source.Text{Ru: "От рекламы не отказаться словом", En: "Advertising cannot be refused by a word"},
		Why: source.Text{
			Ru: "Согласившийся на рекламу вправе отказаться от неё когда угодно, и пишет он «стоп», а не ищет настройку.",
			En: "Whoever agreed to advertising may refuse it at any time, and writes “stop” instead of looking for a setting.",
		},
	},
}
