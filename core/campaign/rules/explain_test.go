package rules

import (
	"strings"
	"testing"

	"besedka/locales"
)

// TestExplainGoods: a receipt is explained by what it is of, a line a percentage, and
// campaigns that gave nothing keep silent beside one that gave.
func TestExplainGoods(t *testing.T) {
	t.Parallel()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	titled := brandReceipt()
	for i, title := range []string{"Молоко", "Йогурты", "Премиум", "Хлеб"} {
		titled.Lines[i].Title = title
	}
	milk, bread := titled, titled
	milk.Lines, bread.Lines = titled.Lines[:1], titled.Lines[3:]
	cashback := fixture(t, "brand_cashback")
	goods := short(t, "goods: category in \"brand\"\nreward: {percent: 1, ttl: never}")
	unseen := short(t, "when: not known(receipt.inn)\nreward: {percent: 1, ttl: never}")
	large := short(t, "when: receipt.total >= 1000\nreward: {percent: 1, ttl: never}")
	titled.INN, milk.INN, bread.INN = "7700000001", "7700000001", "7700000001"
	unmet := "Не выполнено условие акции: not known(receipt.inn)."
	tests := []struct {
		name      string
		r         Receipt
		campaigns []*Campaign
		want      string
	}{
		{
			"a line a percentage", titled,
			[]*Campaign{cashback, unseen},
			"Молоко: 3 % от 179,80 = 5,394\nЙогурты: 5 % от 193,50 = 9,675\nПремиум: 7 % от 119 = 8,33\nВместе = 23,399, вниз до 23,39",
		},
		{"nobody told the titles", brandReceipt(), []*Campaign{cashback}, "3 % от 179,80 = 5,394\n5 % от 193,50 = 9,675\n7 % от 119 = 8,33\nВместе = 23,399, вниз до 23,39"},
		{"one percentage", milk, []*Campaign{cashback}, "Молоко: 3 % от 179,80 = 5,394, вниз до 5,39"},
		{"of all goods", titled, []*Campaign{goods}, "Молоко, Йогурты, Премиум: 1 % от 492,30 = 4,923, вниз до 4,92"},
		{"two that gave", titled, []*Campaign{cashback, unseen, goods}, "Молоко: 3 % от 179,80 = 5,394\nЙогурты: 5 % от 193,50 = 9,675\nПремиум: 7 % от 119 = 8,33\nВместе = 23,399, вниз до 23,39\nМолоко, Йогурты, Премиум: 1 % от 492,30 = 4,923, вниз до 4,92"},
		{"no goods", bread, []*Campaign{unseen, goods}, "В чеке нет товаров этой акции."},
		{"no goods of any branch", bread, []*Campaign{cashback}, "В чеке нет товаров этой акции."},
		{"no goods, and a total that is too small", bread, []*Campaign{goods, unseen, large}, "В чеке нет товаров этой акции.\nЧек на 537,30 ₽, а в акции участвуют чеки от 1 000 ₽."},
		{"a cap has nothing to say of a receipt", bread, []*Campaign{fixture(t, "cap"), goods}, "В чеке нет товаров этой акции."},
		{"a cap before a condition", bread, []*Campaign{fixture(t, "cap"), unseen}, unmet},
		{"nothing but a condition", bread, []*Campaign{unseen}, unmet},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var told []Told
			for _, c := range tt.campaigns {
				told = append(told, Told{Trace: decide(t, Facts{Receipt: tt.r}, at("2026-05-03T14:05"), c)[0].Trace})
			}
			got, err := ExplainAll(told, texts.Printer("ru"))
			if got = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(got); err != nil || got != tt.want {
				t.Errorf("explained %q, %v;\nwant %q", got, err, tt.want)
			}
		})
	}
}
