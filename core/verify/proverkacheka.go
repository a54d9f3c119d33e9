package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"besedka/core/fiscal"
)

const checkPath = "/api/v1/check/get"

// Proverkacheka speaks to proverkacheka.com, a paid service that keeps receipts of
// its own. It answers at once, in one reply, and is safe for use by many goroutines.
type Proverkacheka struct {
	url, token string
	http       *http.Client
}

// NewProverkacheka makes a client of the service at url with the token of one's
// account there.
func NewProverkacheka(url, token string) *Proverkacheka {
	return &Proverkacheka{url: strings.TrimRight(url, "/"), token: token, http: newHTTP()}
}

// Check asks for one receipt, by the text of its QR code. It spends one request of
// the quota even when the reply is lost. The error is a *Failure.
func (p *Proverkacheka) Check(ctx context.Context, now time.Time, q fiscal.QR) (Answer, error) {
	form := url.Values{"token": {p.token}, "qrraw": {q.String()}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+checkPath, strings.NewReader(form.Encode()))
	if err != nil {
		return Answer{}, &Failure{Class: Config, cause: err}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.http.Do(req)
	if err != nil {
		return Answer{}, &Failure{Class: Outage, cause: err}
	}
	body, err := bodyOf(resp)
	if err != nil {
		return Answer{}, err
	}
	if resp.StatusCode != http.StatusOK {
		return Answer{}, byStatus(resp, bytes.TrimSpace(body))
	}
	return readCheck(body, now)
}

// checkAnswers are the codes that speak of the receipt, as its clients know them.
// Invalid (0) may be forged, mistyped or not known yet: it settles nothing.
var checkAnswers = map[int]Class{0: Unsure, 1: Verified, 2: NotArrived, 4: NotArrived}

// checkFailures are the codes that do not. The limit is that of a day: the waits
// between two requests have a code of their own, and a status.
var checkFailures = map[int]Class{3: RateDaily, 5: Outage}

// readCheck reads a reply with status 200. Its data is an object when a receipt was
// found, and a text otherwise.
func readCheck(body []byte, now time.Time) (Answer, error) {
	var reply struct {
		Code *int            `json:"code"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &reply); err != nil {
		return Answer{}, &Failure{Class: Protocol, cause: fmt.Errorf("read check: %w", err)}
	}
	if reply.Code == nil {
		return Answer{}, &Failure{Class: Protocol, cause: errors.New("no code in the check")}
	}
	code := strconv.Itoa(*reply.Code)
	class, known := checkAnswers[*reply.Code]
	if !known {
		return Answer{}, checkFailure(*reply.Code, reply.Data, now)
	}
	a := Answer{Class: class, Code: code}
	if class != Verified {
		a.Text = said(reply.Data)
		return a, nil
	}
	var err error
	if a.Receipt, err = fiscal.ParseReceipt(reply.Data); err != nil { // of this receipt, and maybe for good
		return Answer{}, &Failure{Class: Unknown, Code: code, cause: err}
	}
	return a, nil
}

func checkFailure(code int, data json.RawMessage, now time.Time) *Failure {
	f := &Failure{Class: checkFailures[code], Code: strconv.Itoa(code), cause: fmt.Errorf("code %d: %s", code, said(data))}
	switch f.Class {
	case RateDaily:
		f.RetryAfter = untilTomorrow(now)
	case "":
		f.Class = Unknown
	}
	return f
}

// maxSaid bounds what goes into the log of a service's own words, in bytes.
const maxSaid = 200

// said is the text in place of a receipt; "" when it is none.
func said(data json.RawMessage) string {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return ""
	}
	return strings.ToValidUTF8(text[:min(len(text), maxSaid)], "")
}
