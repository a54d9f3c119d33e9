package campaign_test

import (
	"testing"

	"besedka/core/campaign"
	"besedka/locales"
)

// Who won a gift that has run out hears so, and not that it is theirs.
func TestWhyOfAGiftThatIsGone(t *testing.T) {
	t.Parallel()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for reward, want := range map[string]string{
		"{gift: mugs}": "Подарки этой акции закончились",
		"{gift: mugs, else: {fixed: 30, ttl: P6M}}": "Подарки этой акции закончились, вместо подарка начислены бонусы",
	} {
		t.Run(want, func(t *testing.T) {
			h := open(t) // it has no prizes at all
			h.publish(3, "Europe/Moscow", campaign.Source{ID: "mug", File: "campaigns/mug.yaml", Text: []byte("campaign: mug\nname: x\nperiod: {from: 2026-05-01}\nreward: " + reward + "\n")})
			h.buy(4)
			receipt := h.insert("update receipt set state = 'credited' returning id")
			if got, err := campaign.Why(t.Context(), h.tx, h.member, receipt, texts.Printer("ru")); got != want || err != nil {
				t.Errorf("%s: %q, %v", reward, got, err)
			}
		})
	}
}
