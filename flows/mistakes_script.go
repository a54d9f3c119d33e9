package flows

import "besedka/core/source"

// scriptMistakes are L1xx: the text of files, expressions, references.
var scriptMistakes = []Mistake{
	{
		Code: "L101", Title: source.Text{Ru: "Файл не читается", En: "The file cannot be read"},
		Why: source.Text{
			Ru: "Ошибка YAML рвёт весь файл: что стоит ниже, никто не понял.",
			En: "A slip of YAML tears the whole file: what stands below it is not understood.",
		},
	},
	{
		Code: "L102", Title: source.Text{Ru: "Ключ написан дважды", En: "A key is written twice"},
		Why: source.Text{
			Ru: "Из двух значений сработало бы одно, и неизвестно, то ли.",
			En: "Of two values one would count, and perhaps not the one you mean.",
		},
	},
	{
		Code: "L103", Title: source.Text{Ru: "Незнакомый ключ", En: "An unknown key"},
		Why: source.Text{
			Ru: "Ключ с опечаткой не делает ничего, а пропажу заметит покупатель.",
			En: "A misspelt key does nothing, and it is the shopper who finds out.",
		},
	},
	{
		Code: "L104", Title: source.Text{Ru: "Значение не того вида", En: "A value of another type"},
		Why: source.Text{
			Ru: "Где ждут число, список или да/нет, текст ничего не значит.",
			En: "Where a number, a list or true/false is wanted, a text means nothing.",
		},
	},
	{
		Code: "L105", Title: source.Text{Ru: "Этой части YAML здесь нет", En: "A part of YAML we leave out"},
		Why: source.Text{
			Ru: "Якоря `&`, ссылки `*`, теги `!` и несколько документов в файле меняют смысл текста незаметно.",
			En: "Anchors &, aliases *, tags ! and several documents in a file change what a text means unseen.",
		},
	},
	{
		Code: "L106", Title: source.Text{Ru: "Файл слишком велик", En: "The file is too large"},
		Why: source.Text{
			Ru: "Файл больше мегабайта, сто тысяч значений или вложенность глубже 32 - это не сценарий, а чья-то ошибка.",
			En: "More than a megabyte, a hundred thousand values or 32 levels is no script but a mishap.",
		},
	},
	{
		Code: "L107", Title: source.Text{Ru: "Чего-то не хватает", En: "Something is missing"},
		Why: source.Text{
			Ru: "Без этого ключа непонятно, что делать, а додумывать за автора проверка не станет.",
			En: "Without this key nobody knows what to do, and the check does not guess.",
		},
	},
	{
		Code: "L111", Title: source.Text{Ru: "Ошибка в записи условия", En: "A slip in an expression"},
		Why: source.Text{
			Ru: "Условие, которое не прочесть, не сработает ни для кого.",
			En: "A condition that cannot be read holds for nobody.",
		},
	},
	{
		Code: "L112", Title: source.Text{Ru: "Нет такого имени", En: "There is no such name"},
		Why: source.Text{
			Ru: "Опечатка в имени напечатает пустоту или сделает условие вечно ложным.",
			En: "A misspelt name prints nothing, or makes a condition false for ever.",
		},
	},
	{
		Code: "L113", Title: source.Text{Ru: "Нет такой функции", En: "There is no such function"},
		Why: source.Text{
			Ru: "Функцию с опечаткой никто не посчитает.",
			En: "A misspelt function is computed by nobody.",
		},
	},
	{
		Code: "L114", Title: source.Text{Ru: "Эти виды не сочетаются", En: "Kinds that do not go together"},
		Why: source.Text{
			Ru: "Деньги с датой не сравнить: ответ такого условия ничего бы не значил.",
			En: "Money does not compare with a date: the answer would mean nothing.",
		},
	},
	{
		Code: "L115", Title: source.Text{Ru: "Число или дата не читаются", En: "A number or a date that cannot be read"},
		Why: source.Text{
			Ru: "Из `31.12.2000` и `1e3` каждый прочтёт своё.",
			En: "Of 31.12.2000 and 1e3 everybody reads something else.",
		},
	},
	{
		Code: "L116", Title: source.Text{Ru: "Этого нет в языке условий", En: "The language of conditions does not have this"},
		Why: source.Text{
			Ru: "Условия нарочно просты: их читают люди и считает база.",
			En: "Conditions are simple on purpose: people read them and a database computes them.",
		},
	},
	{
		Code: "L120", Title: source.Text{Ru: "Эти ключи не стоят вместе", En: "Keys that do not go together"},
		Why: source.Text{
			Ru: "Части шага всегда идут в одном порядке, и такая пара читалась бы по-разному.",
			En: "The parts of a step always run in one order, and this pair could be read in two ways.",
		},
	},
	{
		Code: "L121", Title: source.Text{Ru: "Ссылка ведёт в никуда", En: "A reference to nothing"},
		Why: source.Text{
			Ru: "Шага, сценария, поля, вызова или события с таким именем нет, и разговор застрял бы здесь.",
			En: "There is no such step, flow, field, call or event, and the conversation would get stuck here.",
		},
	},
	{
		Code: "L122", Title: source.Text{Ru: "Нет такого согласия", En: "There is no such consent"},
		Why: source.Text{
			Ru: "Согласие без вида и текста не имеет силы.",
			En: "A consent without a kind and a text is worth nothing.",
		},
	},
	{
		Code: "L123", Title: source.Text{Ru: "Имя не подходит", En: "A name that does not do"},
		Why: source.Text{
			Ru: "Имя живёт в переводах, тестах и статистике: в нём не должно быть пробелов и точек.",
			En: "A name lives in translations, tests and statistics: no spaces and dots in it.",
		},
	},
	{
		Code: "L124", Title: source.Text{Ru: "Значение не подходит", En: "A value that does not do"},
		Why: source.Text{
			Ru: "Вид верный, а смысла нет: пустой список, перевёрнутый промежуток, неизвестный пояс.",
			En: "The type is right and the meaning is not: an empty list, an inverted range, an unknown zone.",
		},
	},
	{
		Code: "L125", Title: source.Text{Ru: "Слишком много", En: "Too much"},
		Why: source.Text{
			Ru: "У всего есть граница: за ней разговор неудобен человеку или не по силам мессенджеру.",
			En: "Everything has a limit: beyond it the talk tires people, or a messenger cannot carry it.",
		},
	},
	{
		Code: "L126", Title: source.Text{Ru: "Виды данных не совпадают", En: "Kinds of data that differ"},
		Why: source.Text{
			Ru: "Число в поле для даты не сохранить.",
			En: "A number does not fit into a field for dates.",
		},
	},
	{
		Code: "L127", Title: source.Text{Ru: "Образец не читается", En: "The pattern cannot be read"},
		Why: source.Text{
			Ru: "По такому образцу не примут ни одного ответа.",
			En: "By such a pattern no answer is taken.",
		},
	},
	{
		Code: "L130", Title: source.Text{Ru: "Ошибка в тесте", En: "A mistake in a test"},
		Why: source.Text{
			Ru: "Тест, который не прочесть, ничего не проверяет.",
			En: "A test that cannot be read tests nothing.",
		},
	},
}
