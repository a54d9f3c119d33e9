package flows

import "besedka/core/source"

// surveyMistakes are L16x: what only surveys have.
var surveyMistakes = []Mistake{
	{
		Code: "L160", Title: source.Text{Ru: "Опрос ведёт назад", En: "A survey that leads back"},
		Why: source.Text{
			Ru: "На вопрос уже ответили: второй ответ стёр бы первый, а счёт «2 из 5» пошёл бы назад.",
			En: "The question has been answered: a second answer would replace the first, and the count would run back.",
		},
	},
	{
		Code: "L161", Title: source.Text{Ru: "Число в опросе без границ", En: "A number in a survey without bounds"},
		Why: source.Text{
			Ru: "Числа в опросе не запечатывают и видят все, кто читает результаты: телефону или номеру карты там не место.",
			En: "Numbers in a survey are not sealed, and all who read the results see them: no place for a telephone or a card's number.",
		},
	},
}
