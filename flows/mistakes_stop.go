package flows

import "besedka/core/source"

// stopMistakes are L690-L694: how people refuse to be written to.
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
}
