package dialogs_test

import "testing"

// What each type of question takes, what it refuses and why.
func TestAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, flow, test string }{
		{
			"a year",
			`start: { words: [да] }
steps:
  year: { ask: "Год?", expect: { type: year, range: 1930..2010 }, set: { y: answer }, else: { too_early: { say: "Рано." }, too_late: { say: "Поздно." }, not_a_year: { say: "Не год." } } }
  said: { say: "{y|год}", end: true }`,
			`
    - { user: да, bot: year }
    - { user: "90", bot: year.not_a_year }
    - { user: "1929", bot: year.too_early }
    - { user: "2011", bot: year.too_late }
    - { user: "в 1990 году", bot: said, text: "1990" }`,
		},
		{
			"an address and a taxpayer's number",
			`start: { words: [да] }
steps:
  mail: { ask: "Почта?", expect: email, skip: "not consent.personal_data", set: { m: answer } }
  inn: { ask: "ИНН?", expect: inn, skip: "not consent.personal_data", set: { i: answer }, else: { not_an_inn: { say: "Не ИНН." }, no_such_inn: { say: "Опечатка." } } }
  said: { say: "{m} {i}", end: true }`,
			`
    - { facts: { consent.personal_data: true }, user: да, bot: mail }
    - { user: "anna@", bot: mail.not_an_email }
    - { user: "anna.k+1@Example.COM", bot: inn }
    - { user: "12345", bot: inn.not_an_inn }
    - { user: "7707083892", bot: inn.no_such_inn }
    - { user: "500100732250", bot: inn.no_such_inn }
    - { user: "5001 0073 2259", bot: said, text: "anna.k+1@example.com 500100732259" }
    - { user: да, bot: mail }
    - { user: "я@почта.рф", bot: inn }
    - { user: "7707083893", bot: said, text: "я@почта.рф 7707083893" }`,
		},
		{
			"the reason's own words, unless the script has some",
			`start: { words: [да] }
steps:
  cups: { ask: "Сколько?", expect: { type: int, range: 1..20 } }
  more: { ask: "Ещё?", expect: { type: int, range: 1..20 }, else: { too_big: { say: "Много." } }, retry: ["Не то.", "Опять не то."] }
  word: { ask: "Слово?", expect: { type: text, max: 5 } }
  pair: { ask: "Что?", expect: { type: multi, min: 2 }, buttons: { a: "Аз", b: "Буки", c: "Веди" } }
  one: { ask: "Одно?", buttons: { a: "Аз", b: "Буки" } }
  said: { say: "Всё.", end: true }`,
			`
    - { user: да, bot: cups }
    - { user: "21", bot: cups.too_big, text: "Нужно число от 1 до 20." }
    - { user: много, bot: cups.not_a_number }
    - { user: "2", bot: more }
    - { user: "21", bot: more.too_big, text: "Много." }
    - { user: "0", bot: more.retry.2 }
    - { user: "3", bot: word }
    - { user: "длинное", bot: word.too_long, text: "Не больше 5 знаков" }
    - { user: "слово", bot: pair }
    - { user: готово, bot: pair.too_few, text: "хотя бы 2 варианта", buttons: ["Аз", "Буки", "Веди", "Готово"] }
    - { user: "аз, веди", bot: one }
    - { user: "что?", bot: [defaults.retry, one] }
    - { user: аз, bot: said }`,
		},
		{
			"ways by the value of an answer",
			`start: { words: [да] }
steps:
  age:
    ask: "Сколько лет?"
    expect: int
    go:
      - { when: answer < 7, say: "Рановато.", end: true }
      - { when: answer < 18, go: young }
      - { when: answer < 100, run: who, go: grown }
  old: { say: "Ого!", go: grown }
  young: { say: "Юность.", end: true }
  grown:
    skip: receipts > 5
    ask: "Кофе?"
    buttons: { yes_: "Конечно", no_: "Нет" }
    set: { cup: answer }
    go: [ { when: answer == "yes_", go: coffee }, { when: receipts > 5, go: often }, { go: tea } ]
  coffee: { say: "Кофе.", end: true }
  often: { say: "Знаю вас.", end: true }
  tea: { say: "Чай.", end: true }`,
			`
    - { user: да, bot: age }
    - { user: "6", bot: age.go.1, at: "-" }
    - { user: да, bot: age }
    - { user: "17", bot: young }
    - { user: да, bot: age }
    - { user: "100", bot: [old, grown] }
    - { user: "конечно", bot: coffee }
    - { user: да, bot: age }
    - { user: "18", bot: who/ask }
    - { user: Анна, bot: [who/thanks, grown] }
    - { user: "нет", bot: tea }
    - { user: да, bot: age }
    - { user: "101", facts: { receipts: 6 }, bot: [old, often] }`,
		},
		{
			"a pattern",
			`start: { words: [да] }
steps:
  code: { ask: "Код?", expect: { type: regex, pattern: '[A-Z]{2}-\d{3}' }, set: { c: answer }, else: { no_match: { say: "Как на крышке." } } }
  said: { say: "{c}", end: true }`,
			`
    - { user: да, bot: code }
    - { user: "AB-1234", bot: code.no_match }
    - { user: "xAB-123", bot: code.no_match }
    - { user: " AB-123 ", bot: said, text: "AB-123" }`,
		},
		{
			"a number in a few words, unless somebody listens for them",
			`start: { words: [да] }
listen:
  - { words: ["два слова"], run: who }
steps:
  cups: { ask: "Сколько?", expect: { type: int, range: 0..10 }, set: { n: answer }, retry: ["Числом."] }
  said: { say: "{n}", end: true }`,
			`
    - { user: да, bot: cups }
    - { user: "2 чашки", bot: said, text: "2" }
    - { user: да, bot: cups }
    - { user: "Ну, три", bot: cups.retry.1 }
    - { user: "ну три", bot: said, text: "3" }
    - { user: да, bot: cups }
    - { user: Пятёрка!, bot: said, text: "5" }
    - { user: да, bot: cups }
    - { user: "2-3", bot: cups.retry.1 }
    - { user: "две или три", bot: cups.retry.1 }
    - { user: "минус -5", bot: cups.retry.1 }
    - { user: "это будет совсем не просто два", bot: cups.retry.1 }
    - { user: "два слова", bot: who/ask }
    - { user: Тула, bot: [who/thanks, x/cups] }
    - { user: "11 чашек", bot: cups.retry.1 }
    - { user: ten cups, bot: said, text: "10" }`,
		},
		{
			"a scale is tapped or written",
			`start: { words: [да] }
steps:
  mark: { ask: "Оценка?", expect: { type: scale, range: 0..10 }, buttons: { skip: "Не знаю" }, set: { m: answer }, go: { answer: said, skip: none } }
  said: { say: "{m}", end: true }
  none: { say: "Жаль.", end: true }`,
			`
    - { user: да, bot: mark }
    - { press: "10", bot: said, text: "10" }
    - { user: да, bot: mark }
    - { user: "11", bot: mark.too_big }
    - { user: "0", bot: said, text: "0" }
    - { user: да, bot: mark }
    - { press: "Не знаю", bot: none }`,
		},
		{
			"several are tapped one by one, or written at once",
			`start: { words: [да] }
listen:
  - { words: [имя], run: who }
steps:
  pick:
    ask: "Что пьёте?"
    expect: { type: multi, max: 2 }
    buttons: { tea: "Чай", coffee: { title: "Кофе", words: [эспрессо, латте] }, milk: "Молоко", none: "Ничего" }
    set: { tea: '"tea" in answer', coffee: '"coffee" in answer', milk: '"milk" in answer' }
    else: { too_many: { say: "Не больше двух." }, too_few: { say: "Хоть что-нибудь." } }
    go: { answer: said, none: none }
  said: { say: [ { when: tea and coffee, text: "Чай и кофе." }, { when: milk and not tea, text: "Молоко." }, { text: "Иначе." } ], end: true }
  none: { say: "Ничего.", end: true }`,
			`
    - { user: да, bot: pick }
    - { press: "Готово", bot: pick.too_few }
    - { press: "Чай", bot: pick.picked, text: "Отмечено: Чай. Ещё что-то или «Готово»?", buttons: ["✓ Чай", "Кофе", "Молоко", "Ничего", "Готово"] }
    - { press: "Кофе", bot: pick.picked, text: "Отмечено: Чай, Кофе. Если всё верно" }
    - { press: "Молоко", bot: pick.too_many }
    - { user: имя, bot: who/ask }
    - { user: Казань, bot: [who/thanks, pick] }
    - { press: "Готово", bot: said, text: "Чай и кофе." }
    - { user: да, bot: pick }
    - { press: "Чай", bot: pick }
    - { press: "✓ Чай", bot: pick.picked, text: "Пока ничего не отмечено." }
    - { user: готово, bot: pick.too_few }
    - { user: молоко, bot: pick }
    - { user: готово, bot: said, text: "Молоко." }
    - { user: да, bot: pick }
    - { user: "1, 3, 2", bot: pick.too_many }
    - { user: "1 2", bot: said, text: "Чай и кофе." }
    - { user: да, bot: pick }
    - { user: "латте и чай", bot: said, text: "Чай и кофе." }
    - { user: да, bot: pick }
    - { user: "чай, водка", bot: [defaults.retry, pick] }
    - { press: "Ничего", bot: none }`,
		},
		{
			"several are kept as a list",
			`start: { words: [да] }
steps:
  pick: { ask: "Что пьёте?", expect: multi, buttons: { tea: "Чай", coffee: "Кофе" }, save: drinks }
  said: { say: [ { when: '"coffee" in profile.drinks', text: "Кофе." }, { text: "Чай." } ], end: true }`,
			`
    - { user: да, bot: pick }
    - { user: "кофе, чай", bot: said, text: "Кофе.", save: { drinks: [tea, coffee] } }
    - { user: да, bot: pick }
    - { press: Чай, bot: pick }
    - { press: Готово, bot: said, text: "Чай.", save: { drinks: [tea] } }`,
		},
		{
			"words in the wrong layout, and other words for an option",
			`start: { words: [меню] }
listen:
  - { words: [стоп], go: bye }
steps:
  sure: { ask: "Уверены?", buttons: { yes: { title: "Да", words: [ага, "+"] }, no: "Нет" }, go: { yes: name, no: bye } }
  name: { ask: "Имя?", expect: name, skip: "not consent.personal_data", set: { n: answer } }
  said: { say: "{n}", end: true }
  bye: { say: "Пока.", end: true }`,
			`
    - { facts: { consent.personal_data: true }, user: vty., bot: sure }
    - { user: ага, bot: name }
    - { user: cnjg, bot: said, text: "cnjg" }
    - { user: меню, bot: sure }
    - { user: "+", bot: name }
    - { user: стоп, bot: bye }
    - { user: меню, bot: sure }
    - { user: LF, bot: name }
    - { user: /vty., bot: [lost/say, x/name] }
    - { user: Анна, bot: said }
    - { user: меню, bot: sure }
    - { user: Cnjg, bot: bye }`,
		},
		{
			"a list from a file, with slips of the pen",
			`start: { words: [да] }
listen:
  - { words: [орел], run: who }
steps:
  city: { ask: "Город?", expect: { type: dictionary, from: cities }, set: { c: answer }, else: { not_in_list: { say: "Не знаю такого." } } }
  said: { say: "{c}", end: true }`,
			`
    - { user: да, bot: city }
    - { user: Масква, bot: said, text: "Москва" }
    - { user: да, bot: city }
    - { user: "санкт петербург!", bot: said, text: "Санкт-Петербург" }
    - { user: да, bot: city }
    - { user: Питер, bot: said, text: "Санкт-Петербург" }
    - { user: да, bot: city }
    - { user: "Санкт Питербург", bot: said, text: "Санкт-Петербург" }
    - { user: да, bot: city }
    - { user: vjcrdf, bot: said, text: "Москва" }
    - { user: да, bot: city }
    - { user: Орск, bot: city.not_in_list }
    - { user: Томс, bot: city.not_in_list }
    - { user: Камск, bot: city.not_in_list }
    - { user: "😀", bot: city.not_in_list }
    - { user: Орёл, bot: said, text: "Орёл" }`,
		},
		{
			"what is said once",
			`start: { words: [да] }
steps:
  say:
    say:
      - { when: receipts > 5, once: ["Постоянный покупатель!"] }
      - { once: ["Зовите друзей.", "И соседей."] }
      - { when: receipts > 9, text: "Ого." }
      - text: "Привет."
    end: true`,
			`
    - { user: да, text: "Зовите друзей." }
    - { facts: { receipts: 6 }, user: да, text: "Постоянный покупатель!" }
    - { user: да, text: "И соседей." }
    - { user: да, text: "Привет." }
    - { facts: { receipts: 10 }, user: да, text: "Ого." }
    - { later: 1000d, bot: [] }
    - { user: да, text: "Ого." }`,
		},
		{
			"lines in their order, and shares of a split",
			`start: { words: [да] }
steps:
  a: { say: [ { seq: ["раз", "два", "три"] } ] }
  b: { say: { cycle: ["чёт", "нечет"] } }
  way: { split: { left: 99, right: 1 }, go: { left: same, right: other } }
  same: { say: "Налево.", end: true }
  other: { say: "Направо.", end: true }`,
			`
    - { user: да, text: "раз\n\nчёт\n\nНалево." }
    - { user: да, text: "два\n\nнечет\n\nНалево." }
    - { user: да, text: "три\n\nчёт\n\nНалево." }
    - { user: да, text: "три\n\nнечет\n\nНалево." }`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			converse(t, tt.flow, tt.test)
		})
	}
}
