package flows

import "besedka/core/source"

// cardMistakes are L66x: cards and families.
var cardMistakes = []Mistake{
	{
		Code: "L660", Title: source.Text{Ru: "Начало номера карты не подходит", En: "A card number cannot begin so"},
		Why: source.Text{
			Ru: "Номер карты - штрихкод: касса не должна принять её за товар.",
			En: "A card's number is a barcode: a till must not take the card for goods.",
		},
	},
	{
		Code: "L661", Title: source.Text{Ru: "Карты не отличить друг от друга", En: "Cards that cannot be told apart"},
		Why: source.Text{
			Ru: "Касса узнаёт вид карты по началу номера.",
			En: "A till knows the kind of a card by how its number begins.",
		},
	},
	{
		Code: "L662", Title: source.Text{Ru: "Размер семьи не подходит", En: "A family of no such size"},
		Why: source.Text{
			Ru: "Баллы семьи общие: семья из одного ничего не меняет, а слишком большая - это уже не семья.",
			En: "A family's points are shared: a family of one changes nothing, and one too large is no family.",
		},
	},
	{
		Code: "L663", Title: source.Text{Ru: "С чем уходят из семьи - непонятно", En: "It is not said with what one leaves a family"},
		Why: source.Text{
			Ru: "О баллах спорят, когда расстаются: правило должно быть известно до того, как их объединят.",
			En: "People quarrel over points when they part: the rule must be known before points are shared.",
		},
	},
}
