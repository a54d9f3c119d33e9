package flows

import "besedka/core/source"

// campaignMistakes are L605 to L607 and L61x: what campaigns ask for and give.
var campaignMistakes = []Mistake{
	{
		Code: "L605", Title: source.Text{Ru: "Акция не узнает, кто в этой группе", En: "An audience that a campaign cannot tell"},
		Why: source.Text{
			Ru: "Когда засчитывают чек, баланса и мессенджера человека акция не знает: по ним в группе не окажется никого.",
			En: "When a receipt is credited a campaign does not know a person's balance or messenger: nobody would be in a segment by them.",
		},
	},
	{
		Code: "L606", Title: source.Text{Ru: "Сумма чека складывается в набор дважды", En: "The sum of a receipt goes into a pool twice"},
		Why: source.Text{
			Ru: "Две награды с одним набором выдали бы купоны за одни и те же рубли.",
			En: "Two rewards with one pool would give coupons for the same rubles.",
		},
	},
	{
		Code: "L607", Title: source.Text{Ru: "Предел по магазинам без магазинов", En: "A limit by stores without stores"},
		Why: source.Text{
			Ru: "Чек незнакомого магазина такая акция не берёт, а без partners.yaml незнакомы все.",
			En: "Such a campaign takes no receipt of an unknown store, and without partners.yaml all are unknown.",
		},
	},
	{
		Code: "L610", Title: source.Text{Ru: "Условие не выполнится никогда", En: "A condition that can never hold"},
		Why: source.Text{
			Ru: "Акция с таким условием молча не даст никому ничего.",
			En: "A campaign with such a condition would silently give nothing to anybody.",
		},
	},
	{
		Code: "L611", Title: source.Text{Ru: "Расписание не читается", En: "A schedule that cannot be read"},
		Why: source.Text{
			Ru: "По дням, часам и срокам решают, какие покупки считать.",
			En: "Days, hours and terms decide which purchases count.",
		},
	},
	{
		Code: "L612", Title: source.Text{Ru: "Формула купонов не подходит", En: "A formula of coupons that does not do"},
		Why: source.Text{
			Ru: "Купонов бывает целое число и не меньше нуля.",
			En: "Coupons are a whole number and never below zero.",
		},
	},
	{
		Code: "L613", Title: source.Text{Ru: "Награда не подходит", En: "A reward that does not do"},
		Why: source.Text{
			Ru: "Из награды должно быть ясно, что дать и сколько.",
			En: "A reward must make clear what to give and how much.",
		},
	},
	{
		Code: "L614", Title: source.Text{Ru: "Предел не подходит", En: "A limit that does not do"},
		Why: source.Text{
			Ru: "Предел, которого не достичь, только кажется защитой.",
			En: "A limit that is never reached only seems to protect.",
		},
	},
	{
		Code: "L615", Title: source.Text{Ru: "Акции одной группы спорят", En: "Campaigns of one group are at odds"},
		Why: source.Text{
			Ru: "Кому достанется чек, должно быть решено заранее.",
			En: "It must be decided beforehand which one a receipt goes to.",
		},
	},
	{
		Code: "L616", Title: source.Text{Ru: "Опыт поделён неверно", En: "An experiment that is divided wrongly"},
		Why: source.Text{
			Ru: "Каждый покупатель попадает ровно в один вариант.",
			En: "Every shopper falls into exactly one variant.",
		},
	},
	{
		Code: "L617", Title: source.Text{Ru: "Акция называет то, чего нет", En: "A campaign names what there is not"},
		Why: source.Text{
			Ru: "Группы, категории, валюты или набора с таким именем в программе нет, и акция не сработала бы.",
			En: "The programme has no such segment, category, currency or pool, and the campaign would not work.",
		},
	},
}
