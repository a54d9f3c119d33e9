package flows

import "besedka/core/source"

// prizeMistakes are L65x: the showcase.
var prizeMistakes = []Mistake{
	{
		Code: "L650", Title: source.Text{Ru: "Цена приза не подходит", En: "A price that does not do"},
		Why: source.Text{
			Ru: "Столько баллов спишут у каждого: опечатка в цене - подарки даром или никому.",
			En: "So many points are taken from everybody: with a slip the prizes go for nothing, or to nobody.",
		},
	},
	{
		Code: "L651", Title: source.Text{Ru: "Приз не выдать", En: "A prize that cannot be handed over"},
		Why: source.Text{
			Ru: "За приз уже отданы баллы: как он попадёт в руки, должно быть ясно заранее.",
			En: "Points are paid for the prize: how it gets into somebody's hands must be clear before.",
		},
	},
	{
		Code: "L652", Title: source.Text{Ru: "Дни на витрине не подходят", En: "Days in the showcase that do not do"},
		Why: source.Text{
			Ru: "С такими днями приз не появится никогда или не исчезнет вовремя.",
			En: "With such days the prize never appears, or does not go in time.",
		},
	},
	{
		Code: "L653", Title: source.Text{Ru: "Сколько призов в одни руки - непонятно", En: "A limit that says nothing"},
		Why: source.Text{
			Ru: "Без понятного предела один расторопный участник заберёт всё.",
			En: "Without a clear limit one quick member takes them all.",
		},
	},
	{
		Code: "L654", Title: source.Text{Ru: "Приз дороже 4 000 ₽", En: "A prize worth more than 4,000 ₽"},
		Why: source.Text{
			Ru: "С подарков дороже 4 000 ₽ в год платят налог, и для этого нужны паспорт и ИНН победителя.",
			En: "Gifts worth more than 4,000 ₽ a year are taxed, which takes the winner's passport and taxpayer number.",
		},
	},
	{
		Code: "L655", Title: source.Text{Ru: "О призе не на всех языках", En: "A prize that a language has no words for"},
		Why: source.Text{
			Ru: "Кто говорит с ботом на другом языке, увидит чужие слова.",
			En: "Who speaks another language with the bot sees words of a foreign one.",
		},
	},
}
