package intake

import "besedka/core/source"

// Cause is why a line is doubtful or refused.
type Cause string

// The causes.
const (
	Quotes    Cause = "quotes"
	NoPhone   Cause = "no_phone"
	BadPhone  Cause = "phone"
	BadCard   Cause = "card"
	BadValue  Cause = "value"
	BadAgreed Cause = "agreed"
	NoAgreed  Cause = "no_agreed"
	Unknown   Cause = "unknown_card"
	Erased    Cause = "erased"

	TwicePhone  Cause = "twice_phone"
	TwiceCard   Cause = "twice_card"
	TwiceMember Cause = "twice_member"
	TwoMembers  Cause = "two_members"
	OtherPhone  Cause = "other_phone"
	Namesake    Cause = "namesake"
	Idle        Cause = "idle"
)

// words say what happened, and what to do.
var words = map[Cause][2]source.Text{
	Quotes:    {{Ru: "кавычки в строке стоят не так", En: "the quotes of the line are out of place"}, {Ru: "закройте кавычки, а внутри ячейки удвойте их", En: "close the quotes, and double those inside a cell"}},
	NoPhone:   {{Ru: "нет ни телефона, ни карты", En: "neither a phone nor a card"}, {Ru: "впишите телефон", En: "write the phone"}},
	BadPhone:  {{Ru: "это не номер телефона", En: "it is not a telephone number"}, {Ru: "пишите номер целиком: +7 916 123-45-67", En: "write the whole number: +7 916 123-45-67"}},
	BadCard:   {{Ru: "таких карт у программы нет", En: "the programme has no such cards"}, {Ru: "проверьте 13 цифр номера или не берите этот столбец", En: "check the 13 digits of the number, or leave the column out"}},
	BadValue:  {{Ru: "так в анкете не отвечают", En: "the questionnaire takes no such answer"}, {Ru: "исправьте ячейку или сотрите её: день пишут 31.12.1990, из вариантов - один из анкеты", En: "mend the cell or empty it: a day is 1990-12-31, a choice one of the questionnaire's"}},
	BadAgreed: {{Ru: "это не день согласия", En: "it is not the day of a consent"}, {Ru: "пишите день, который уже был: 01.03.2024", En: "write a day that has been: 2024-03-01"}},
	NoAgreed:  {{Ru: "нет дня согласия", En: "no day of the consent"}, {Ru: "впишите день или не берите этот столбец и скажите один день для всех", En: "write the day, or leave the column out and tell one day for all"}},
	Unknown:   {{Ru: "такой карты ни у кого нет, а телефона нет", En: "nobody has the card, and there is no phone"}, {Ru: "впишите телефон: по нему узнают нового участника", En: "write the phone: a new member is known by it"}},
	Erased:    {{Ru: "этого человека стёрли", En: "the person was erased"}, {Ru: "ничего: заново он придёт сам", En: "nothing: they come back by themselves if they like"}},

	TwicePhone:  {{Ru: "телефон уже есть выше в файле", En: "the phone is in the file above"}, {Ru: "оставьте одну из двух строк", En: "keep one of the two lines"}},
	TwiceCard:   {{Ru: "карта уже есть выше в файле", En: "the card is in the file above"}, {Ru: "оставьте одну из двух строк", En: "keep one of the two lines"}},
	TwiceMember: {{Ru: "этот участник уже есть выше в файле", En: "the member is in the file above"}, {Ru: "оставьте одну из двух строк", En: "keep one of the two lines"}},
	TwoMembers:  {{Ru: "телефон одного участника, а карта другого", En: "the phone is one member's, the card another's"}, {Ru: "посмотрите обоих: это один человек или ошибка в строке", En: "look at both: they are one person, or the line is wrong"}},
	OtherPhone:  {{Ru: "карта участника, а телефон не его", En: "the card is a member's, the phone is not"}, {Ru: "спросите участника: номер он подтвердит в чате", En: "ask the member: they prove the number in a chat"}},
	Namesake:    {{Ru: "участник с таким именем и днём рождения уже есть", En: "there is a member of that name and birthday"}, {Ru: "посмотрите его: возможно, сменился номер", En: "look at them: the number may have changed"}},
	Idle:        {{Ru: "о хозяине номера не слышно полгода: номер мог перейти к другому", En: "its holder has not been heard of for half a year: the number may be another's"}, {Ru: "спросите человека сами", En: "ask the person yourself"}},
}

// What says what a cause is.
func (c Cause) What() source.Text { return words[c][0] }

// Cure says what to do about it.
func (c Cause) Cure() source.Text { return words[c][1] }
