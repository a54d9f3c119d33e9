package flows

import "besedka/core/source"

// templateMistakes are L675-L679: what WhatsApp lets us say when the person has been silent
// for a day.
var templateMistakes = []Mistake{
	{
		Code: "L675", Title: source.Text{Ru: "Шаблон вместо того, чего нет", En: "A template in place of nothing"},
		Why: source.Text{
			Ru: "Шаблон уходит вместо реплики сценария, когда окно WhatsApp закрыто. Реплику называют как в тестах: сценарий/шаг или сценарий/шаг.часть.",
			En: "A template goes in place of a text of a script when WhatsApp's window has closed. Texts are named as in tests: flow/step, or flow/step.part.",
		},
	},
	{
		Code: "L676", Title: source.Text{Ru: "Места для значений не те", En: "Places for values that do not do"},
		Why: source.Text{
			Ru: "Meta принимает места {{1}}, {{2}} подряд, не с краю текста и не вплотную, и на каждое ждёт ровно одно значение: иначе откажет в каждой отправке.",
			En: "Meta takes places {{1}}, {{2}} in their order, not at the ends of the text nor side by side, and wants one value for each: else it refuses every message.",
		},
	},
	{
		Code: "L677", Title: source.Text{Ru: "Слишком длинный шаблон", En: "A template that is too long"},
		Why: source.Text{
			Ru: "Со значениями в шаблоне не больше 1024 знаков: длиннее Meta не отправит.",
			En: "A template with its values has 1024 characters at most: Meta sends no longer one.",
		},
	},
	{
		Code: "L678", Title: source.Text{Ru: "Реклама без согласия на неё", En: "Advertising that nobody agreed to"},
		Why: source.Text{
			Ru: "Рекламный шаблон уходит только тем, кто согласился на рекламу. Нет согласия в программе - нет и получателей.",
			En: "A marketing template goes only to who agreed to advertising. Where a programme has no such consent it goes to nobody.",
		},
	},
	{
		Code: "L679", Title: source.Text{Ru: "Два шаблона вместо одной реплики", En: "Two templates in place of one text"},
		Why: source.Text{
			Ru: "Вместо одной реплики уходит один шаблон; какой из двух, никто не знает.",
			En: "One template goes in place of a text; nobody knows which of two.",
		},
	},
}
