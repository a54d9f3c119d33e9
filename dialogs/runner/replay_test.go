package runner_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/expr"
	"besedka/dialogs"
	"besedka/dialogs/actions"
	"besedka/dialogs/runner"
	"besedka/flows"
	"besedka/flows/programme"
	"besedka/storage"
)

// moody actions answer every call the script knows with one of the outcomes
// it declares, chosen by the call's key.
func moody() actions.Set {
	set := actions.Set{}
	actions.Receipts{}.Add(set)
	actions.Profile{}.Add(set)
	actions.Links{}.Add(set)
	for name, call := range actions.Vocabulary().Calls {
		do := func(_ context.Context, _ storage.Tx, c actions.Call) (dialogs.CallResult, error) {
			h := fnv.New32a()
			fmt.Fprint(h, c.Key)
			return dialogs.CallResult{Outcome: call.Outcomes[int(h.Sum32())%len(call.Outcomes)], Values: someValues(call)}, nil
		}
		if set[name].Queue != nil {
			set[name] = actions.Shared(do)
		} else {
			set[name] = actions.Action{Do: do}
		}
	}
	return set
}

func someValues(call flows.Call) map[string]expr.Value {
	values := map[string]expr.Value{}
	for name, kind := range call.Values {
		switch kind {
		case expr.Money:
			values[name] = expr.MoneyOf(128450)
		case expr.Points:
			values[name] = expr.PointsOf(6422)
		case expr.Count:
			values[name] = expr.CountOf(7)
		case expr.Bool:
			values[name] = expr.BoolOf(true)
		default:
			values[name] = expr.TextOf("kz")
		}
	}
	return values
}

var shopperDoes = rapid.Custom(func(t *rapid.T) chat.Inbound {
	words := []string{"привет", "Анна", "12.05.1990", "31.02.1990", "Казань", "баланс", "чек", "Есть", "От друзей", "пропустить", "меню", "/start", "связать", "зачем", "позже"}
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		return chat.Inbound{Photo: &chat.Photo{Codes: []string{"t=20261122T0941&s=1284.50&fn=9961000000000001&i=7&fp=8&n=1"}}}
	case 1:
		return chat.Inbound{Photo: &chat.Photo{Trouble: "no_code"}}
	case 2:
		token := fmt.Sprintf("t%d.%s", rapid.IntRange(1, 9).Draw(t, "turn"), rapid.SampledFrom([]string{"agree", "have", "shop", "skip"}).Draw(t, "option"))
		return chat.Inbound{Tap: token}
	case 3:
		return chat.Inbound{Contact: &chat.Contact{Phone: "+79001234567", Own: rapid.Bool().Draw(t, "own")}}
	case 4:
		return chat.Inbound{Text: rapid.StringN(1, 40, -1).Draw(t, "text")}
	}
	return chat.Inbound{Text: rapid.SampledFrom(words).Draw(t, "word")}
})

// Whatever a shopper does in the shipped programme, a turn row decides again
// to the effects that were stored.
func TestTurnsReplayToTheSameEffects(t *testing.T) {
	t.Parallel()
	h := openProgramme(t, programme.Files, moody())
	chats := 0
	rapid.Check(t, func(rt *rapid.T) {
		chats++
		peer := fmt.Sprintf("peer-%d", chats)
		for i, in := range rapid.SliceOfN(shopperDoes, 1, 8).Draw(rt, "story") {
			a := conversation.Arrival{Channel: chat.Telegram, Account: "telegram/1"}
			a.Messages = []conversation.Message{{Key: fmt.Sprint(i), Peer: peer, At: noon, In: in}}
			if err := h.door.Receive(t.Context(), noon, a); err != nil {
				rt.Fatal(err)
			}
		}
		h.settle(noon)
		said := h.said()[peer]
		again := h.replay(rt, h.count(`select max(id) from conversation`))
		if diff := cmp.Diff(said, again); diff != "" {
			rt.Fatalf("replay (-said +replayed):\n%s", diff)
		}
	})
	if got := h.count(`select count(*) from inbox_open`); got != 0 {
		t.Errorf("%d rows failed", got)
	}
}

// replay decides every turn of a conversation again and says it.
func (h *house) replay(t *rapid.T, conversation int64) (said []string) {
	turns, err := h.door.Turns(h.Context(), conversation, 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(turns)
	for _, turn := range turns {
		record, _, err := h.Recorded(h.Context(), conversation, turn.Number)
		if err != nil {
			t.Fatal(err)
		}
		out, err := runner.Replay(h.releases.Current().Engine, record)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, texts(out)...)
		if place := out.Session.Flow + "/" + out.Session.Step; out.Session.Step != "" && place != turn.StepOut {
			t.Fatalf("turn %d came to %s, its replay to %s", turn.Number, turn.StepOut, place)
		}
	}
	return said
}

func texts(out dialogs.Outcome) (texts []string) {
	for _, e := range out.Effects {
		if say, ok := e.(dialogs.Say); ok {
			for _, wire := range chat.Degrade(say.Message, chat.CapsOf(chat.Telegram)) {
				texts = append(texts, wire.Text)
			}
		}
	}
	return texts
}
