package telegram_test

import (
	"errors"
	"strings"
	"testing"

	"besedka/bots"
	fake "besedka/bots/fake/telegram"
)

// The vectors were computed by another program, Python's hmac, for the token of these
// tests; noon is their now.
const (
	vouched = `query_id=AAHdF6IQ&user=%7B%22id%22%3A77%2C%22first_name%22%3A%22%D0%90%D0%BD%D0%BD%D0%B0%20%2B%20%D0%9A%D0%BE%22%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%252F1.svg%22%7D&auth_date=1795345200&signature=zL-ucjNyREiHDE8aihFwpfR9&chat_type=private&hash=6e268a3fb477073f3706cbeefe680c037003a9a03ceb8053e46603ef86a73787`
	justNow = `user=%7B%22id%22%3A77%7D&auth_date=1795348800&hash=816a5aedb750ea7dd26c2d2d431f14c1890ce737da6b4cf75cb97946d334b60b`
)

func TestVouch(t *testing.T) {
	t.Parallel()
	_, a := stand(t, quiet())
	for name, tt := range map[string]struct {
		data string
		want string // the peer; "" = refused
	}{
		"whole":          {vouched, "77"},
		"just_now":       {justNow, "77"},
		"a_day_old":      {`user=%7B%22id%22%3A77%7D&auth_date=1795262400&hash=c8cc24186acb8c2a1444a3b5c25a9a54d4a86d873a6c6f7afe93eb0facafa0c5`, "77"},
		"older":          {`user=%7B%22id%22%3A77%7D&auth_date=1795262399&hash=e6327b56755233a320875e4053a03eb764ccffb556b823be8472b43ed62929f6`, ""},
		"clock_behind":   {`user=%7B%22id%22%3A77%7D&auth_date=1795348830&hash=88bdf13353788c43fb2b97017226acf88a06038b9a8bbd82dd142d6d07b1c4bd`, "77"},
		"of_the_future":  {`user=%7B%22id%22%3A77%7D&auth_date=1795352400&hash=76e01428454dd7484361908329f03f8b446097690f79f6828c3c8eddc66d233d`, ""},
		"of_nobody":      {`user=%7B%7D&auth_date=1795348800&hash=d5af35a9a2551757bc13e9c161343f5af43c80752e13a29ad52805dae0e7b059`, ""},
		"without_user":   {`auth_date=1795348800&hash=184c4931426e0f39a32471d09ef04fa33e88afdf59fd3ddfb65ec461d3581969`, ""},
		"without_date":   {`user=%7B%22id%22%3A77%7D&hash=b23f6ace4160c397450dab5965c760b3538883463e26efb05f524491d0c9f34d`, ""},
		"without_hash":   {`user=%7B%22id%22%3A77%7D&auth_date=1795348800`, ""},
		"another_person": {strings.Replace(justNow, "77", "78", 1), ""},
		"another_hash":   {strings.TrimSuffix(justNow, "0b") + "0c", ""},
		"cut_hash":       {strings.TrimSuffix(justNow, "0b"), ""},
		"one_more_field": {justNow + "&x=1", ""},
		"user_twice":     {justNow + "&user=%7B%22id%22%3A78%7D", ""},
		"hash_twice":     {justNow + "&hash=00", ""},
		"unescaped":      {strings.NewReplacer("%7B", "{", "%22", `"`, "%3A", ":", "%7D", "}").Replace(justNow), "77"},
		"escaped_twice":  {strings.ReplaceAll(justNow, "%", "%25"), ""},
		"not_escaped":    {"user=%zz", ""},
		"too_long":       {justNow + "&x=" + strings.Repeat("a", 8<<10), ""},
		"nothing":        {"", ""},
	} {
		peer, err := a.Vouch(tt.data)
		if peer != tt.want || (err == nil) != (tt.want != "") || err != nil && !errors.Is(err, bots.ErrNotVouched) {
			t.Errorf("%s: peer %q, %v; want %q", name, peer, err, tt.want)
		}
	}
	of := fake.New(token, noon)
	if peer, err := a.Vouch(of.InitData(5_000_000_000)); peer != "5000000000" || err != nil {
		t.Errorf("what the fake says: %q, %v", peer, err)
	}
	if _, err := a.Vouch(fake.New("42:another", noon).InitData(77)); err == nil {
		t.Error("another bot's is believed")
	}
}

// FuzzVouch: whatever comes, it is refused, or it is what Telegram has said of the one
// person there is.
func FuzzVouch(f *testing.F) {
	f.Add(vouched)
	f.Add(justNow)
	f.Add(strings.Replace(justNow, "user", "User", 1))
	f.Add("a=1;b=2&=&&%00=%ff")
	_, a := stand(f, quiet())
	f.Fuzz(func(t *testing.T, data string) {
		if peer, err := a.Vouch(data); err == nil && peer != "77" {
			t.Errorf("%q is vouched for by %q", peer, data)
		}
	})
}
