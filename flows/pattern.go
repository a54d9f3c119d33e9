package flows

import (
	"errors"
	"regexp/syntax"

	"besedka/core/source"
)

// patternMistakes words what RE2's reader, which is English, finds most.
var patternMistakes = map[syntax.ErrorCode]source.Text{
	syntax.ErrMissingBracket:        {Ru: "скобка [ не закрыта", En: "a [ is not closed"},
	syntax.ErrMissingParen:          {Ru: "скобка ( не закрыта", En: "a ( is not closed"},
	syntax.ErrUnexpectedParen:       {Ru: "скобка ) без пары", En: "a ) has no pair"},
	syntax.ErrMissingRepeatArgument: {Ru: "повторять нечего", En: "there is nothing to repeat"},
	syntax.ErrInvalidRepeatOp:       {Ru: "повтор повтора", En: "a repetition is repeated"},
	syntax.ErrInvalidRepeatSize:     {Ru: "повторов больше тысячи", En: "more than a thousand repetitions"},
	syntax.ErrInvalidEscape:         {Ru: "после \\ незнакомый знак", En: "an unknown sign follows \\"},
	syntax.ErrTrailingBackslash:     {Ru: "в конце лишний знак \\", En: "a \\ too many at the end"},
	syntax.ErrInvalidCharRange:      {Ru: "промежуток знаков задом наперёд", En: "a range of signs is the wrong way round"},
	syntax.ErrLarge:                 {Ru: "образец слишком большой", En: "the pattern is too large"},
}

// patternMistake tells what is wrong with a pattern, and with which part of it.
func patternMistake(err error) (what source.Text) {
	what = source.Sentence("образец не читается", "the pattern cannot be read")
	var bad *syntax.Error
	if !errors.As(err, &bad) {
		return what
	}
	if known, ok := patternMistakes[bad.Code]; ok {
		what.Ru += ": " + known.Ru
		what.En += ": " + known.En
	}
	return source.Text{Ru: what.Ru + ", «" + shorten(bad.Expr) + "»", En: what.En + ", “" + shorten(bad.Expr) + "”"}
}
