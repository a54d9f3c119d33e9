package console_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"besedka/web/console"
)

// TestFrom: only a proxy of our own is believed about whom it speaks for, and only its
// own word: what stands before it, anybody may have written.
func TestFrom(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ remote, forwarded, want string }{
		{"198.51.100.7:1", "203.0.113.9", "198.51.100.7"},
		{"127.0.0.1:1", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.2:1", "203.0.113.1, 203.0.113.9", "203.0.113.9"},
		{"[::1]:1", "", "::1"},
		{"10.0.0.2:1", "unknown", "10.0.0.2"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tt.remote
		r.Header.Set("X-Forwarded-For", tt.forwarded)
		if got := console.From(r); got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 YaBrowser/24.12.0.0 Safari/537.36":     "Yandex, Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15":                   "Safari, macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1": "Safari, iOS",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36":                            "Chrome, Android",
		"curl/8": "?, ?",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("User-Agent", agent)
		if got := console.Device(r); got != want {
			t.Errorf("%s: %q, want %q", agent, got, want)
		}
	}
}
