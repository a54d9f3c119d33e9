package main

import (
	"context"
	"strings"
	"testing"

	"besedka/core/chat"
	"besedka/core/ledger"
	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
)

// TestFamilyOfTheErasedHears: the erasing of its head ends a family, and the others are
// told what has become of the common points.
func TestFamilyOfTheErasedHears(t *testing.T) {
	t.Parallel()
	c := gatherStrangers(t, false)
	c.text(chat.Telegram, "head", "привет")
	c.text(chat.Telegram, "other", "привет")
	head, other := c.memberOf(chat.Telegram, "head"), c.memberOf(chat.Telegram, "other")
	if err := c.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		return ledger.ShareTx(ctx, tx, c.at, other, head)
	}); err != nil {
		t.Fatal(err)
	}
	before := len(c.told(chat.Telegram, "other"))
	err := c.members.Erase(t.Context(), seal.ErasuresBeside(c.place.masterKey()), head, func(ctx context.Context, tx storage.Tx) error {
		return forgotten(ctx, tx, c.door, c.at, member.Erasing{Member: head, Ground: member.GroundLetter})
	})
	if err != nil {
		t.Fatal(err)
	}
	c.settle()
	c.hears(strings.Join(c.told(chat.Telegram, "other")[before:], "\n"), "бонусы снова на вашем счёте")
}
