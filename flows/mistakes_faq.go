package flows

import "besedka/core/source"

// faqMistakes are L15x: the questions of faq.yaml.
var faqMistakes = []Mistake{
	{
		Code: "L150", Title: source.Text{Ru: "У одного вопроса два ответа", En: "One question with two answers"},
		Why: source.Text{
			Ru: "Вопрос узнают по словам без окончаний, порядка и служебных слов: такие два не различить.",
			En: "A question is known by its words without endings, order and little words: these two are one.",
		},
	},
	{
		Code: "L151", Title: source.Text{Ru: "Вопрос ни о чём", En: "A question about nothing"},
		Why: source.Text{
			Ru: "«Как это?» спрашивают обо всём: без слова по делу ответа не подобрать.",
			En: "\"How is that?\" is asked of everything: without a word of substance there is no answer to find.",
		},
	},
	{
		Code: "L152", Title: source.Text{Ru: "Вопрос услышат раньше", En: "A question heard before"},
		Why: source.Text{
			Ru: "Слова из `listen` и `start` слышат раньше частых вопросов: до этого ответа не дойдёт.",
			En: "Words of listen and start are heard before the questions: nobody comes to this answer.",
		},
	},
}
