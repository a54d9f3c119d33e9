package flows

import "besedka/core/source"

// partnerMistakes are L64x: the partners and their stores.
var partnerMistakes = []Mistake{
	{
		Code: "L640", Title: source.Text{Ru: "ИНН не подходит", En: "An INN that does not do"},
		Why: source.Text{
			Ru: "По ИНН узнают, чей это чек: с ошибкой чеки партнёра были бы ничьими.",
			En: "A receipt is known by the INN of its seller: with a mistake in it the partner would have none.",
		},
	},
	{
		Code: "L641", Title: source.Text{Ru: "Номер кассы не подходит", En: "A till number that does not do"},
		Why: source.Text{
			Ru: "Касса решает раньше адреса: её номер переписывают с чека цифра в цифру.",
			En: "A till decides before any address: its number is copied from a receipt digit by digit.",
		},
	},
	{
		Code: "L642", Title: source.Text{Ru: "Одна касса в двух магазинах", En: "One till in two stores"},
		Why: source.Text{
			Ru: "Чек такой кассы был бы сразу из двух мест.",
			En: "A receipt of such a till would come from two places at once.",
		},
	},
	{
		Code: "L643", Title: source.Text{Ru: "Один адрес у двух магазинов", En: "One address of two stores"},
		Why: source.Text{
			Ru: "Чек с таким адресом подходит обоим, и каждый раз спросят человека.",
			En: "A receipt with that address fits both, and a person would be asked every time.",
		},
	},
	{
		Code: "L644", Title: source.Text{Ru: "Адрес ни о чём", En: "An address of nothing"},
		Why: source.Text{
			Ru: "В чеках адреса сокращают как угодно, поэтому слова «ул.», «г.» и индекс не сравнивают.",
			En: "Receipts shorten addresses at will, so words like «ул.», «г.» and the index are not compared.",
		},
	},
	{
		Code: "L645", Title: source.Text{Ru: "Часовой пояс не подходит", En: "A time zone that does not do"},
		Why: source.Text{
			Ru: "Касса печатает местное время: без пояса не понять, в какой день была покупка.",
			En: "A till prints local time: without a zone nobody knows on which day a purchase was made.",
		},
	},
	{
		Code: "L646", Title: source.Text{Ru: "Магазин или партнёр, которого не узнать", En: "A store or partner that cannot be known"},
		Why: source.Text{
			Ru: "Ни один чек не будет отсюда.",
			En: "No receipt would ever be from here.",
		},
	},
	{
		Code: "L647", Title: source.Text{Ru: "День партнёра или магазина не подходит", En: "A day of a partner or store that does not do"},
		Why: source.Text{
			Ru: "По этим дням решают, чей был чек, когда магазины открываются, закрываются и переезжают.",
			En: "These days decide whose a receipt was while stores open, close and move.",
		},
	},
}
