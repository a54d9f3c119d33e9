package staffgroup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"besedka/bots/telegram"
	"besedka/locales"
)

// card is the first message of a topic: whose the conversation is, and what may be done
// about it.
type card struct {
	Text string
	Keys [][]telegram.Key
}

func (c card) post() telegram.Post { return telegram.Post{Text: c.Text, Keys: c.Keys} }

// unlinked is the post without the link to the console: Telegram takes none to a site that
// it does not hold for one of the internet.
func (c card) unlinked() telegram.Post {
	p := c.post()
	p.Keys = slices.DeleteFunc(slices.Clone(p.Keys), func(row []telegram.Key) bool { return row[0].URL != "" })
	return p
}

// digest changes whenever the card does.
func (c card) digest() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings always encode
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// title is the name of a topic: whose it is by number, and where they write.
func (g *Group) title(t talk) string {
	return g.with("group.title", locales.Args{"n": locales.Text(fmt.Sprint(t.shown.Member)), "channel": locales.Text(g.channel(t.shown.Channel))})
}

func (g *Group) channel(name string) string { return g.word("console.channels." + name) }

func (g *Group) card(t talk) card {
	var c card
	lines := []string{g.title(t), g.speaker(t)}
	if t.shown.Queue != "" {
		lines = append(lines, g.with("group.card.queue", locales.Args{"queue": locales.Text(t.shown.Queue)}))
	}
	switch {
	case t.asks():
		lines = append(lines, g.word("group.card.why"))
	case t.shown.Lifecycle == "operator":
		lines = append(lines, g.word("group.card.hint"))
	}
	c.Text = strings.Join(lines, "\n")
	c.Keys = g.keys(t)
	if at := g.console(t.Conversation); at != "" {
		c.Keys = append(c.Keys, []telegram.Key{{Title: g.word("group.key.console"), URL: at}})
	}
	return c
}

// asks says whether the card asks why the conversation is closed.
func (t talk) asks() bool { return t.shown.Lifecycle == "operator" && t.Closing == t.shown.Fence }

// speaker says who has the conversation, and since when.
func (g *Group) speaker(t talk) string {
	at := func(at *time.Time) locales.Arg {
		if at == nil {
			return locales.Text("")
		}
		return locales.Text(at.In(g.Programme().Location).Format("02.01 15:04"))
	}
	switch t.shown.Lifecycle {
	case "bot":
		return g.word("group.card.bot")
	case "queued":
		return g.with("group.card.waits", locales.Args{"at": at(t.shown.Since)})
	}
	return g.with("group.card.held", locales.Args{"name": locales.Text(t.names[t.shown.Holder]), "at": at(t.shown.TakenAt)})
}

// What a key asks for, as its data says; whom a conversation is taken from stands behind
// takeKey.
const (
	takeKey    = "take/"
	releaseKey = "release"
	backKey    = "back"
	notesKey   = "notes"
)

// keys are what anybody of the staff may ask for: who may not is told so.
func (g *Group) keys(t talk) [][]telegram.Key {
	notes := telegram.Key{Title: g.word("group.key.notes"), Data: notesKey}
	take := telegram.Key{Title: g.word("group.key.take"), Data: fmt.Sprint(takeKey, t.shown.Holder)}
	back := telegram.Key{Title: g.word("group.key.back"), Data: backKey}
	switch {
	case t.asks():
		return g.reasons()
	case t.shown.Lifecycle == "queued":
		return [][]telegram.Key{{take}, {back, notes}}
	case t.shown.Lifecycle == "operator":
		take.Title = g.with("group.key.take_from", locales.Args{"name": locales.Text(t.names[t.shown.Holder])})
		end := []telegram.Key{back}
		if len(g.Programme().Support.Ends) > 0 {
			end = append(end, telegram.Key{Title: g.word("group.key.close"), Data: askKey})
		}
		return [][]telegram.Key{end, {{Title: g.word("group.key.release"), Data: releaseKey}, notes}, {take}}
	}
	return [][]telegram.Key{{take, notes}}
}
