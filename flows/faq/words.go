package faq

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"github.com/kljensen/snowball/russian"
)

// term is a word and what is left of it without its ending.
type term struct{ word, stem string }

// terms are the words that tell questions apart, each stem once.
func terms(normal string) []term {
	var list []term
	seen := map[string]bool{}
	for _, word := range strings.Fields(normal) {
		if empty[word] {
			continue
		}
		if t := (term{word, stem(word)}); !seen[t.stem] {
			seen[t.stem] = true
			list = append(list, t)
		}
	}
	return list
}

// stem leaves out the ending by the alphabet of the word.
func stem(word string) string {
	switch r, _ := utf8.DecodeRuneInString(word); {
	case unicode.Is(unicode.Cyrillic, r):
		return russian.Stem(word, true)
	case unicode.Is(unicode.Latin, r):
		return english.Stem(word, true)
	}
	return word
}

// Key is what two wordings share when nothing tells them apart; "" when a
// wording has no word that would.
func Key(normal string) string {
	telling, stems := false, []string{}
	for _, t := range terms(normal) {
		telling = telling || !light[t.word]
		stems = append(stems, t.stem)
	}
	if !telling {
		return ""
	}
	slices.Sort(stems)
	return strings.Join(stems, " ")
}

// empty words say nothing of what is asked: they are left out.
var empty = set(`
и а но или да же бы ли то уж вот ну ведь просто еще уже все всё
в во на с со по к ко у о об за из от до для при про под над через
я мы вы ты он она оно они мне меня мной нам нас вам вас тебе тебя ему его ее их им мой моя мое мои моего моей моих моим ваш ваша ваше ваши вашей ваших свой свои это этот эта эти этой этого тот та те там тут здесь
есть был была было были быть будет будут буду можно нужно надо если чтобы
здравствуйте привет добрый день вечер утро пожалуйста скажите подскажите расскажите спасибо хочу хотел хотела узнать
the a an and or but of to in on at for from by with about as
i we you he she it they me us them my our your his her its their this that these those there here
is are was were be been am do does did have has had can could will would should may please hello hi hey tell thanks want know
`)

// light words ask rather than tell what of: they count little.
var light = set(`
не нет нету ни без один два три раз раза когда где куда откуда сколько как почему зачем какой какая какое какие каких кто что чего чем
not no without one two when where how why what which who much many long
`)

// denying words turn what is asked round.
var denying = set(`не нет нету ни без not no without`)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}
