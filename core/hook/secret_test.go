package hook

import (
	"testing"
	"time"
)

// TestSign gives the signature that the libraries of Standard Webhooks give:
// github.com/standard-webhooks/standard-webhooks, libraries/*/tests.
func TestSign(t *testing.T) {
	t.Parallel()
	got := Sign([]string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signed %s, want %s", got, want)
	}
}
