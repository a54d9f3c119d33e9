package flows

import "besedka/core/source"

// widgetMistakes are L68x: the chat on sites of the organiser.
var widgetMistakes = []Mistake{
	{
		Code: "L680", Title: source.Text{Ru: "Адрес сайта не подходит", En: "The address of a site does not do"},
		Why: source.Text{
			Ru: "Браузер покажет чат только на сайтах, названных точно: иначе его вставят к себе чужие.",
			En: "A browser shows the chat on sites named exactly and on no other: else strangers put it on theirs.",
		},
	},
	{
		Code: "L681", Title: source.Text{Ru: "Цвет виджета не читается", En: "The colour of the widget cannot be read"},
		Why: source.Text{
			Ru: "По этому цвету подбираются остальные, чтобы текст был виден на любом.",
			En: "The other colours are worked out from this one, so that text can be read on any.",
		},
	},
	{
		Code: "L682", Title: source.Text{Ru: "Виджет без веб-чата", En: "A widget without the web chat"},
		Why: source.Text{
			Ru: "В виджете говорит веб-чат: без него сценарии о кнопке на сайте не знают.",
			En: "It is the web chat that speaks in the widget: without it scripts know nothing of the button on the site.",
		},
	},
}
