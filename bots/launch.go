package bots

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
)

// What a Mini App is told when it is opened is believed for a day: that long it may stay
// open. A clock that is a little behind the messenger's is no forgery.
const (
	maxLaunch   = 8 << 10
	launchLives = 24 * time.Hour
	launchAhead = time.Minute
	launchKey   = "WebAppData"
)

// Launched is who opened a Mini App of the bot with a token, by what the messenger told
// the page, for Voucher.Vouch. Telegram and MAX sign it alike, MAX dates it in
// milliseconds. core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app,
// dev.max.ru/docs/webapps/validation
func Launched(token, data string, now time.Time) (peer string, err error) {
	refuse := func(why string) (string, error) { return "", fmt.Errorf("%w: %s", ErrNotVouched, why) }
	if len(data) > maxLaunch {
		return refuse("it is too long")
	}
	fields, ok := launchFields(data)
	if !ok {
		return refuse("it is no list of fields, each once")
	}
	hash, err := hex.DecodeString(fields["hash"])
	if err != nil || !hmac.Equal(hash, launchHash(token, fields)) {
		return refuse("its hash is another one")
	}
	at, err := strconv.ParseInt(fields["auth_date"], 10, 64)
	if err != nil {
		return refuse("it has no date")
	}
	if age := now.Sub(launchTime(at)); age > launchLives || age < -launchAhead {
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

// launchTime tells seconds from milliseconds, which seconds will be in three thousand
// years.
func launchTime(n int64) time.Time {
	if n > 1e11 {
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}

// launchFields takes data apart, once: every field that comes twice could be read in two
// ways.
func launchFields(data string) (fields map[string]string, ok bool) {
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

// launchHash is what is signed: all fields but the hash itself, by name, a line each.
func launchHash(token string, fields map[string]string) []byte {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name != "hash" {
			lines = append(lines, name+"="+fields[name])
		}
	}
	return sum(sum([]byte(launchKey), token), strings.Join(lines, "\n"))
}

func sum(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
