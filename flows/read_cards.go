package flows

import (
	"regexp"
	"slices"
	"strings"

	"besedka/core/source"
)

// CardType is a kind of card that members may have.
type CardType struct {
	ID     string
	Title  Words
	Prefix string // digits that its numbers begin with
}

// Family is how members may join theirs; its zero value is a programme without.
type Family struct {
	Max     int  // members, the head among them
	TakeOwn bool // whether who leaves takes what is left of their own points
}

const maxCardTypes = 20

// cardPrefix leaves the numbers to those that shops give out inside: GS1 General
// Specifications 1.4.2, prefixes 20 to 29. So many digits may differ that nobody meets a
// number by chance.
var cardPrefix = regexp.MustCompile(`^2[0-9]{1,3}$`)

// readCards reads the kinds of cards; a programme without any has no cards.
func (l *loader) readCards(o *source.Object) {
	for _, e := range atMost(l, maxCardTypes, o.Map("cards"), o.At("cards"), source.Sentence("видов карт", "kinds of cards")) {
		if !l.named(e.Key) {
			continue
		}
		c := source.Fields(e.Value, &l.problems)
		c.Require("title", "prefix")
		t := CardType{ID: e.Key.Text, Title: l.words(c.Node("title"), programmeFile, "cards."+e.Key.Text+".title"), Prefix: c.Text("prefix")}
		l.checkPrefix(c, t)
		c.Done()
		l.p.Cards = append(l.p.Cards, t)
	}
}

func (l *loader) checkPrefix(c *source.Object, t CardType) {
	switch {
	case !c.Has("prefix"):
	case !cardPrefix.MatchString(t.Prefix):
		l.report(c.At("prefix"), "L660", source.Sentence("номера карт не начинают с «%s»", "numbers of cards do not begin with %q", shorten(t.Prefix)),
			source.Sentence("пишите в кавычках от двух до четырёх цифр, первая - 2: \"29\"", "write two to four digits in quotes, the first of them 2: \"29\""))
	case slices.ContainsFunc(l.p.Cards, func(other CardType) bool { return overlap(other.Prefix, t.Prefix) }):
		l.report(c.At("prefix"), "L661", source.Sentence("с «%s» уже начинаются номера других карт", "numbers of other cards begin with %q already", t.Prefix),
			source.Sentence("дайте каждому виду своё начало: по нему касса узнаёт карту", "give each kind a beginning of its own: a till knows the card by it"))
	}
}

func overlap(a, b string) bool {
	return a != "" && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// leavePolicies say with what somebody leaves a family.
var leavePolicies = []string{"own", "none"}

// maxFamily keeps an account from becoming everybody's.
const maxFamily = 20

func (l *loader) readFamily(o *source.Object) {
	if !o.Has("family") {
		return
	}
	f := o.Object("family")
	f.Require("max", "leave")
	l.p.Family = Family{Max: int(f.Int("max")), TakeOwn: f.Text("leave") == leavePolicies[0]}
	if f.Has("max") && (l.p.Family.Max < 2 || l.p.Family.Max > maxFamily) {
		l.report(f.At("max"), "L662", source.Sentence("столько человек - не семья", "so many people are no family"),
			source.Sentence("пишите число от 2 до %d, считая главу", "write a number from 2 to %d, the head among them", maxFamily))
	}
	if leave := f.Text("leave"); f.Has("leave") && !slices.Contains(leavePolicies, leave) {
		l.report(f.At("leave"), "L663", source.Sentence("нет правила «%s»", "there is no policy %q", shorten(leave)), source.Meant(leave, leavePolicies))
	}
	f.Done()
}
