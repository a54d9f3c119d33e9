package flows

import "besedka/core/source"

// dataMistakes are L5xx: personal data and consent; L6xx: campaigns.
var dataMistakes = []Mistake{
	{
		Code: "L501", Title: source.Text{Ru: "Личное спрошено до согласия", En: "Personal data asked before consent"},
		Why: source.Text{
			Ru: "Закон велит сначала спросить согласие, потом имя или телефон.",
			En: "The law wants consent first, and the name or phone after it.",
		},
	},
	{
		Code: "L502", Title: source.Text{Ru: "Согласие смешано с другим документом", En: "A consent mixed with another document"},
		Why: source.Text{
			Ru: "Согласие на обработку данных даётся отдельно: одно «да» на два документа не имеет силы.",
			En: "Consent to personal data stands apart: one yes to two documents is worth nothing.",
		},
	},
	{
		Code: "L503", Title: source.Text{Ru: "Вопрос о согласии задан не так", En: "A consent asked the wrong way"},
		Why: source.Text{
			Ru: "Согласие - это ясное да или нет тексту, который можно прочесть.",
			En: "A consent is a clear yes or no to a text that can be read.",
		},
	},
	{
		Code: "L504", Title: source.Text{Ru: "Прямой идентификатор не запечатан", En: "An identifier that is not sealed"},
		Why: source.Text{
			Ru: "Имя и телефон хранятся запечатанными: украденная база не должна называть людей.",
			En: "Names and phones are kept sealed: a stolen database must not name people.",
		},
	},
	{
		Code: "L601", Title: source.Text{Ru: "Акция и файл названы по-разному", En: "A campaign and its file have different names"},
		Why: source.Text{
			Ru: "По имени файла акцию найдут в журнале и в отчётах.",
			En: "A campaign is found in the books and reports by its file.",
		},
	},
	{
		Code: "L602", Title: source.Text{Ru: "День акции не подходит", En: "A day of a campaign that does not do"},
		Why: source.Text{
			Ru: "По этим дням решают, какие покупки считать.",
			En: "These days decide which purchases count.",
		},
	},
	{
		Code: "L603", Title: source.Text{Ru: "Процент не подходит", En: "A percentage that does not do"},
		Why: source.Text{
			Ru: "Вернуть больше, чем заплачено, нельзя, а ноль - не награда.",
			En: "More than was paid cannot be returned, and zero is no reward.",
		},
	},
	{
		Code: "L604", Title: source.Text{Ru: "Срок бонусов не читается", En: "A lifetime of points that cannot be read"},
		Why: source.Text{
			Ru: "По этому сроку бонусы сгорают.",
			En: "Points expire by this term.",
		},
	},
}
