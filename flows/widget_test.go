package flows

import "testing"

// TestOrigins: what a browser would call the site, and nothing that would let others in.
func TestOrigins(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://shop.example": "https://shop.example", "HTTPS://Shop.Example/": "https://shop.example",
		"https://shop.example:443": "https://shop.example", "https://shop.example:8443": "https://shop.example:8443",
		"http://localhost:3000": "http://localhost:3000", "http://127.0.0.1:8080": "http://127.0.0.1:8080",
		"https://xn--80aswg.xn--p1ai": "https://xn--80aswg.xn--p1ai",
		"http://shop.example":         "", "shop.example": "", "https://shop.example/cart": "", "https://*.shop.example": "", "*": "",
		"https://a.example https://b.example": "", "https://a.example;script-src *": "", "https://u@a.example": "", "https://сайт.рф": "",
		"null": "", "": "", "https://": "", "https://a.example?x": "", "data:text/html,x": "",
	} {
		got, ok := origin(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v, want %q", text, got, ok, want)
		}
	}
}
