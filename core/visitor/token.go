package visitor

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"

	"besedka/core/member"
)

// What a token may be. It travels through the page of the person whom it names, so it
// is of use for minutes, and once.
const (
	MinSecret = 32               // bytes, as many as HMAC-SHA256 gives: RFC 7518, 3.2
	MaxLife   = 15 * time.Minute // from now to its end
	skew      = time.Minute      // by which the clocks of the site and ours may differ
	maxToken  = 4096             // bytes
	maxID     = 128              // characters
	minNonce  = 16
	maxNonce  = 128
)

// Why a token is not taken. The person talks on as a guest.
var (
	ErrForged  = errors.New("the token is not signed with this installation's secret, or is no token")
	ErrExpired = errors.New("the token is out of date, or lives for longer than it may")
	ErrUnfit   = errors.New("the token names nobody, or has no nonce")
	ErrUsed    = errors.New("the token was used already")
)

// Visitor is who a site says is logged in.
type Visitor struct {
	Peer  string // of the web chat: one chat of this person, on whatever device
	Phone string // E.164, theirs as the site has proved; "" where it says none
}

// claims are the fields of a token, RFC 7519: sub, jti and exp are registered there.
type claims struct {
	jwt.RegisteredClaims
	Phone string `json:"phone"`
}

// read opens a token: a JWT signed by HS256 and by nothing else. What it claims is
// read with ErrExpired too: the signature is good.
func read(secret []byte, token string, now time.Time) (claims, error) {
	var c claims
	if len(token) > maxToken {
		return c, ErrForged
	}
	_, err := jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return secret, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired(), jwt.WithLeeway(skew),
		jwt.WithTimeFunc(func() time.Time { return now }))
	switch {
	case errors.Is(err, jwt.ErrTokenInvalidClaims): // its signature is good: that is looked at first
		return c, fmt.Errorf("%w: %w", ErrExpired, err)
	case err != nil: // their words may quote the token
		return c, ErrForged
	case c.ExpiresAt.Sub(now) > MaxLife+skew:
		return c, ErrExpired
	}
	return c, nil
}

// visitor is whom the claims name: by the site's own id, else by the phone.
func (c claims) visitor() (Visitor, error) {
	var v Visitor
	if c.Phone != "" {
		e164, err := member.E164(c.Phone)
		if err != nil {
			return v, fmt.Errorf("%w: %w", ErrUnfit, err)
		}
		v.Phone, v.Peer = e164, "phone:"+e164
	}
	if c.Subject != "" {
		v.Peer = "site:" + c.Subject
	}
	if v.Peer == "" || utf8.RuneCountInString(c.Subject) > maxID || len(c.ID) < minNonce || len(c.ID) > maxNonce {
		return Visitor{}, ErrUnfit
	}
	return v, nil
}
