package flows

import "besedka/core/source"

// talkMistakes are L2xx: the ways of a script; L3xx: its texts and translations; L4xx: what messengers carry.
var talkMistakes = []Mistake{
	{
		Code: "L201", Title: source.Text{Ru: "Круг без вопроса", En: "A circle without a question"},
		Why: source.Text{
			Ru: "Бот говорил бы без остановки: на круге никто не отвечает и ничего не ждут.",
			En: "The bot would talk without end: on the circle nobody answers and nothing is waited for.",
		},
	},
	{
		Code: "L202", Title: source.Text{Ru: "Сценарий обрывается", En: "The flow breaks off"},
		Why: source.Text{
			Ru: "Разговор кончается на полуслове: непонятно, задумано так или забыто.",
			En: "The talk ends in mid-word: planned or forgotten, nobody knows.",
		},
	},
	{
		Code: "L203", Title: source.Text{Ru: "Исход вызова без продолжения", En: "An outcome of a call leads nowhere"},
		Why: source.Text{
			Ru: "Ядро ответит и так, и человек останется без ответа.",
			En: "The core will answer so, and the person gets no answer.",
		},
	},
	{
		Code: "L204", Title: source.Text{Ru: "Кнопка никуда не ведёт", En: "A button leads nowhere"},
		Why: source.Text{
			Ru: "Человек нажмёт, и ничего не случится.",
			En: "A person presses it and nothing happens.",
		},
	},
	{
		Code: "L205", Title: source.Text{Ru: "Такого исхода здесь нет", En: "There is no such outcome here"},
		Why: source.Text{
			Ru: "Эта строка не сработает никогда, а нужный исход останется без ответа.",
			En: "This line never comes true, and the outcome that was meant stays without one.",
		},
	},
	{
		Code: "L206", Title: source.Text{Ru: "До шага не дойти", En: "A step that no way leads to"},
		Why: source.Text{
			Ru: "Написанное здесь никто не увидит: ни один путь сюда не ведёт.",
			En: "Nobody sees what is written here: no way leads to it.",
		},
	},
	{
		Code: "L207", Title: source.Text{Ru: "Этого никогда не случится", En: "This never happens"},
		Why: source.Text{
			Ru: "Условие противоречит себе или анкете, либо всё забирает случай выше.",
			En: "The condition contradicts itself or the profile, or a case above takes everything.",
		},
	},
	{
		Code: "L208", Title: source.Text{Ru: "Две кнопки на одно слово", En: "Two buttons for one word"},
		Why: source.Text{
			Ru: "Ответ можно и напечатать, а регистр, ё и знаки при этом не важны: какую кнопку выбрал человек, не понять.",
			En: "An answer may be typed, and case, ё and signs do not matter: nobody can say which button was meant.",
		},
	},
	{
		Code: "L209", Title: source.Text{Ru: "Два сценария с одним началом", En: "Two flows begin alike"},
		Why: source.Text{
			Ru: "На одно слово откликнулся бы один из двух, и неизвестно какой.",
			En: "One of the two would answer the word, and nobody knows which.",
		},
	},
	{
		Code: "L210", Title: source.Text{Ru: "Сценарий перебивает сам себя", En: "A flow that interrupts itself"},
		Why: source.Text{
			Ru: "Вместо ответа человеку снова зададут первый вопрос, а тот, что ждал, потеряется под ним.",
			En: "Instead of an answer people get the first question again, and the one that waited is lost beneath it.",
		},
	},
	{
		Code: "L215", Title: source.Text{Ru: "Слово и начинает сценарий, и отвечает", En: "A word that begins a flow and answers"},
		Why: source.Text{
			Ru: "Слово из `start` слышно и посреди свободного вопроса: кто ответит им ещё раз, начнёт тот сценарий и потеряет этот разговор.",
			En: "A word of start is heard in the middle of a free question too: whoever answers with it again begins that flow and loses this talk.",
		},
	},
	{
		Code: "L220", Title: source.Text{Ru: "На пропавшем шаге ждут люди", En: "People wait at a step that is gone"},
		Why: source.Text{
			Ru: "Человек ответил бы на вопрос, которого больше нет, и ответ пропал бы.",
			En: "A person would answer a question that is no more, and the answer would be lost.",
		},
	},
	{
		Code: "L221", Title: source.Text{Ru: "Переехавший шаг на месте", En: "A moved step is still there"},
		Why: source.Text{
			Ru: "Переезд с шага, который никуда не делся, не сработает: люди останутся на нём.",
			En: "A move from a step that is still there does nothing: people stay at it.",
		},
	},
	{
		Code: "L301", Title: source.Text{Ru: "Нет перевода", En: "There is no translation"},
		Why: source.Text{
			Ru: "Участник с другим языком увидел бы русский текст посреди своего.",
			En: "A member of another language would meet a foreign text amid their own.",
		},
	},
	{
		Code: "L302", Title: source.Text{Ru: "Переводить здесь нечего", En: "There is nothing to translate"},
		Why: source.Text{
			Ru: "Текст переименовали или стёрли, а перевод остался: его не увидит никто.",
			En: "The text was renamed or deleted and its translation stayed: nobody sees it.",
		},
	},
	{
		Code: "L303", Title: source.Text{Ru: "Ошибка в скобках текста", En: "A slip in the braces of a text"},
		Why: source.Text{
			Ru: "Скобка `{` в тексте начинает имя; без пары непонятно, где оно кончается.",
			En: "A brace { begins a name in a text; without its pair nobody knows where it ends.",
		},
	},
	{
		Code: "L304", Title: source.Text{Ru: "Этого не напечатать", En: "This cannot be printed"},
		Why: source.Text{
			Ru: "Да или нет и список - не слова: человек увидел бы «true».",
			En: "True, false and a list are no words: a person would read «true».",
		},
	},
	{
		Code: "L305", Title: source.Text{Ru: "Не то число форм слова", En: "A wrong number of forms of the word"},
		Why: source.Text{
			Ru: "По-русски у слова при числе три формы: 1 бонус, 2 бонуса, 5 бонусов. Без одной текст выйдет с ошибкой.",
			En: "Russian has three forms of a word beside a number, English two. With one missing the text comes out wrong.",
		},
	},
	{
		Code: "L306", Title: source.Text{Ru: "В переводе потерялось имя", En: "The translation lost a name"},
		Why: source.Text{
			Ru: "По-русски человек узнает сумму, а на другом языке - нет.",
			En: "In one language a person learns the sum, and in the other not.",
		},
	},
	{
		Code: "L307", Title: source.Text{Ru: "Вопрос задан не всем", En: "A question not for everybody"},
		Why: source.Text{
			Ru: "Кому не подошёл ни один случай, тот не услышит вопроса, а бот будет ждать ответа.",
			En: "Whom no case fits hears no question, and the bot waits for the answer.",
		},
	},
	{
		Code: "L401", Title: source.Text{Ru: "Слишком длинная кнопка", En: "A label that is too long"},
		Why: source.Text{
			Ru: "На телефоне конец кнопки обрежут, и человек не узнает, на что согласился.",
			En: "A phone cuts the end of a label off, and the person does not know what they agreed to.",
		},
	},
	{
		Code: "L402", Title: source.Text{Ru: "Кнопка не помещается в мессенджер", En: "A button that messengers cannot carry"},
		Why: source.Text{
			Ru: "С кнопкой уходят имена `tap` и `arg`; не поместятся в 64 байта - Telegram не примет всё сообщение.",
			En: "The names of tap and arg travel with the button; past 64 bytes Telegram refuses the whole message.",
		},
	},
}
