package flows

import "besedka/core/source"

// commandMistakes are L670-L672: the menu of commands.
var commandMistakes = []Mistake{
	{
		Code: "L670", Title: source.Text{Ru: "Команду из меню никто не слышит", En: "A command of the menu that nothing hears"},
		Why: source.Text{
			Ru: "Кто выбрал её в меню, услышит «не поняла» от того, кто сам её предложил.",
			En: "Who chooses it is told that the bot does not understand what it has offered.",
		},
	},
	{
		Code: "L671", Title: source.Text{Ru: "Такой команды в меню не бывает", En: "A menu cannot have such a command"},
		Why: source.Text{
			Ru: "Из-за одного имени Telegram откажет всему меню.",
			En: "For one name Telegram refuses the whole menu.",
		},
	},
	{
		Code: "L672", Title: source.Text{Ru: "У команды меню нет названия", En: "A command of the menu without a title"},
		Why: source.Text{
			Ru: "В меню стоит название, а не команда: пустого или слишком длинного Telegram не возьмёт.",
			En: "The menu shows the title and not the command: Telegram takes none that is empty or too long.",
		},
	},
}
