package telegram

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"besedka/bots"
)

// What a Mini App is told is believed for a day: that long it may stay open. A clock
// that is a little behind Telegram's is no forgery.
const (
	maxInitData    = 8 << 10
	initDataLives  = 24 * time.Hour
	initDataAhead  = time.Minute
	initDataSecret = "WebAppData"
)

// Vouch implements bots.Voucher; data is Telegram.WebApp.initData. The library's own
// check knows no age, takes data apart twice and compares in a time that tells.
// core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
func (a *Adapter) Vouch(data string) (peer string, err error) {
	refuse := func(why string) (string, error) { return "", fmt.Errorf("%w: %s", bots.ErrNotVouched, why) }
	if len(data) > maxInitData {
		return refuse("it is too long")
	}
	fields, ok := initData(data)
	if !ok {
		return refuse("it is no list of fields, each once")
	}
	hash, err := hex.DecodeString(fields["hash"])
	if err != nil || !hmac.Equal(hash, a.initDataHash(fields)) {
		return refuse("its hash is another one")
	}
	at, err := strconv.ParseInt(fields["auth_date"], 10, 64)
	if err != nil {
		return refuse("it has no date")
	}
	if age := a.cfg.Now().Sub(time.Unix(at, 0)); age > initDataLives || age < -initDataAhead {
		return refuse("it is of another day")
	}
	var user struct {
		ID int64 `json:"id"`
	}
	if err := json.Unmarshal([]byte(fields["user"]), &user); err != nil || user.ID <= 0 {
		return refuse("it names nobody")
	}
	return strconv.FormatInt(user.ID, 10), nil
}

// initData takes data apart, once: every field that comes twice could be read in two
// ways.
func initData(data string) (fields map[string]string, ok bool) {
	values, err := url.ParseQuery(data)
	if err != nil {
		return nil, false
	}
	fields = make(map[string]string, len(values))
	for name, all := range values {
		if len(all) != 1 {
			return nil, false
		}
		fields[name] = all[0]
	}
	return fields, true
}

// initDataHash is what Telegram signs: all fields but the hash itself, by name, a
// line each.
func (a *Adapter) initDataHash(fields map[string]string) []byte {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name != "hash" {
			lines = append(lines, name+"="+fields[name])
		}
	}
	secret := sum([]byte(initDataSecret), a.cfg.Token)
	return sum(secret, strings.Join(lines, "\n"))
}

func sum(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
