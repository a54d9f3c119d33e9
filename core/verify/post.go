package verify

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// post carries one envelope and sorts what comes back.
func (c *Client) post(ctx context.Context, now time.Time, path, token string, q call) (*reply, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+path, strings.NewReader(q.body))
	if err != nil {
		return nil, &Failure{Class: Config, cause: err}
	}
	req.Header.Set("Content-Type", "text/xml;charset=UTF-8")
	req.Header.Set("SOAPAction", strconv.Quote(q.action))
	if token != "" {
		req.Header.Set("FNS-OpenApi-Token", token)
	}
	if user := base64.StdEncoding.EncodeToString([]byte(q.user)); user != "" && !c.anonymous {
		if len(user) > maxUserToken {
			return nil, &Failure{Class: Config, cause: fmt.Errorf("user token of %d characters", len(user))}
		}
		req.Header.Set("FNS-OpenApi-UserToken", user)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, &Failure{Class: Outage, cause: err}
	}
	body, err := bodyOf(resp)
	if err != nil {
		return nil, err
	}
	return read(resp, body, now)
}

// bodyOf reads a reply to its end, which must come before maxReply bytes.
func bodyOf(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err != nil {
		return nil, &Failure{Class: Outage, cause: fmt.Errorf("read reply: %w", err)}
	}
	if len(body) > maxReply {
		return nil, &Failure{Class: Protocol, Code: strconv.Itoa(resp.StatusCode), cause: fmt.Errorf("reply over %d bytes", maxReply)}
	}
	return body, nil
}

// read decides by the body first: faults come with status 500 and with 200.
func read(resp *http.Response, body []byte, now time.Time) (*reply, error) {
	status := strconv.Itoa(resp.StatusCode)
	r, err := parseReply(body)
	switch {
	case err == nil && r.Body.Fault != nil:
		return nil, r.Body.Fault.failure(now)
	case resp.StatusCode == http.StatusOK && err == nil:
		return r, nil
	case resp.StatusCode == http.StatusOK:
		return nil, &Failure{Class: Protocol, Code: status, cause: err}
	}
	return nil, byStatus(resp, bytes.TrimSpace(body))
}

// byStatus classifies what answered in place of the service: a proxy, a gateway.
func byStatus(resp *http.Response, body []byte) *Failure {
	f := &Failure{
		Class: Protocol, Code: strconv.Itoa(resp.StatusCode),
		cause: fmt.Errorf("%s without a reply of the agreed form (%d bytes)", resp.Status, len(body)),
	}
	switch {
	case resp.StatusCode >= 500:
		f.Class = Outage
	case resp.StatusCode == http.StatusTooManyRequests:
		f.Class = RateShort
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After")) // absent or a date: the schedule's own wait
		f.RetryAfter = min(time.Duration(max(seconds, 0))*time.Second, time.Hour)
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		f.Class = Config
	}
	return f
}
