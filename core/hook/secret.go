package hook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"besedka/core/seal"
)

// secretPrefix marks a secret of webhooks: Standard Webhooks 1.0.0, "Signature scheme".
const secretPrefix = "whsec_"

// secretOf is the secret that a wish is answered with. It is made of the wish's key by the
// master key: who asks again under one key is shown the same secret, and it is kept
// nowhere in the clear, not among the answers that are kept either.
func secretOf(keys *seal.Keyring, wish string) string {
	return secretPrefix + base64.StdEncoding.EncodeToString(keys.Index("hook/secret", wish))
}

// Sign is the header webhook-signature of a message: Standard Webhooks 1.0.0. One
// signature for each secret, so that a receiver that knows either of two takes it.
func Sign(secrets []string, id string, at time.Time, body []byte) string {
	signatures := make([]string, len(secrets))
	for i, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, secretPrefix))
		if err != nil {
			panic(err) // we have made it
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(signatures, " ")
}
