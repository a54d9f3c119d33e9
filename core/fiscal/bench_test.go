package fiscal_test

import (
	"testing"

	"besedka/core/fiscal"
)

// Every message is asked whether it is a receipt.
func BenchmarkIsReceipt(b *testing.B) {
	for name, text := range map[string]string{
		"talk": "Сколько у меня бонусов?", "code": canonical, "letter": "Мой чек: " + canonical + ", спасибо",
		"link": "https://check.ofd.ru/rec/7284440500123456/4711/3141592653", "shop": "https://example.com/promo?a=1",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				fiscal.IsReceipt(text)
			}
		})
	}
}
