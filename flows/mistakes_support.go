package flows

import "besedka/core/source"

// supportMistakes are L693-L695: how people work through conversations.
var supportMistakes = []Mistake{
	{
		Code: "L693", Title: source.Text{Ru: "Часы работы не читаются", En: "The hours of work cannot be read"},
		Why: source.Text{
			Ru: "По этим часам покупателю говорят, когда ответят, и считают, сколько он ждёт.",
			En: "By these hours a shopper is told when people answer, and the time that they wait is counted.",
		},
	},
	{
		Code: "L694", Title: source.Text{Ru: "Такого праздника нет", En: "There is no such holiday"},
		Why: source.Text{
			Ru: "В праздник никто не отвечает: ошибка в дате заставит ждать в рабочий день или обещать ответ в выходной.",
			En: "Nobody answers on a holiday: a wrong date makes people wait on a working day, or promises an answer on a day off.",
		},
	},
	{
		Code: "L695", Title: source.Text{Ru: "Срок поддержки не наступит", En: "A time of support never comes"},
		Why: source.Text{
			Ru: "Написанное здесь не сработает никогда или сработает раньше того, что должно быть прежде.",
			En: "What is written here never happens, or happens before what has to come first.",
		},
	},
}
