package flows

import "besedka/core/source"

// productMistakes are L17x: the catalogue.
var productMistakes = []Mistake{
	{
		Code: "L170", Title: source.Text{Ru: "Штрихкод не подходит", En: "A bar code that does not do"},
		Why: source.Text{
			Ru: "Штрихкод решает сразу и за всех: с ошибкой он засчитал бы чужой товар.",
			En: "A bar code decides at once and alone: with a mistake in it another product would count.",
		},
	},
	{
		Code: "L171", Title: source.Text{Ru: "Фасовка не читается", En: "A pack that cannot be read"},
		Why: source.Text{
			Ru: "В чеках стоит то 1 л, то 1000мл: сравнить их можно, только когда ясна единица.",
			En: "Receipts say 1 l or 1000ml: they can be compared only when the unit is clear.",
		},
	},
	{
		Code: "L172", Title: source.Text{Ru: "Товар не отличить от других", En: "A product that cannot be told from others"},
		Why: source.Text{
			Ru: "Такой товар нашёлся бы в каждом чеке или ни в одном.",
			En: "Such a product would be found in every receipt, or in none.",
		},
	},
}
