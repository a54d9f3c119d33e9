package flows

import "besedka/core/source"

// tierMistakes are L665-L669: the tiers of members.
var tierMistakes = []Mistake{
	{
		Code: "L665", Title: source.Text{Ru: "Пороги уровней не растут", En: "Thresholds of tiers that do not rise"},
		Why: source.Text{
			Ru: "Уровень, до которого нельзя дорасти, или два на одном пороге - обещание, которое никто не исполнит.",
			En: "A tier that nobody can grow into, or two at one threshold, is a promise that nobody keeps.",
		},
	},
	{
		Code: "L666", Title: source.Text{Ru: "Непонятно, по чему считать уровень", En: "Tiers that go by nothing"},
		Why: source.Text{
			Ru: "Уровень считают сами, по чекам или баллам: без меры и срока его не посчитать.",
			En: "Tiers are counted by receipts or points: without a measure and a period they cannot be.",
		},
	},
	{
		Code: "L667", Title: source.Text{Ru: "Столько баллов за уровень не дать и не взять", En: "Points for a tier that cannot be given or taken"},
		Why: source.Text{
			Ru: "Чего у достигшего уровня может не быть, того с него не списать.",
			En: "What who reaches the tier may not have cannot be taken from them.",
		},
	},
	{
		Code: "L668", Title: source.Text{Ru: "Уровень забирает баллы молча", En: "A tier that takes points in silence"},
		Why: source.Text{
			Ru: "Кто узнаёт о списании из баланса, чувствует себя обманутым: сколько баллов стоит уровень, говорят заранее.",
			En: "Who learns of it from their balance feels cheated: what a tier costs is told before.",
		},
	},
	{
		Code: "L669", Title: source.Text{Ru: "Срок уровня не подходит", En: "The term of a tier does not do"},
		Why: source.Text{
			Ru: "По этому сроку уровень снимают: с опиской - раньше, чем обещано, или никогда.",
			En: "By this term a tier is taken away: with a slip, sooner than promised or never.",
		},
	},
}
