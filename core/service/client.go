package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"besedka/core/outside"
	"besedka/core/service/contract"
)

// requestTimeout is from the first packet to the last byte of the answer.
const requestTimeout = 10 * time.Second

// errForGood marks what would be the same at the next try.
var errForGood = errors.New("for good")

// send asks once. Errors tell neither what was asked nor the secret.
func (s *Service) send(ctx context.Context, p pending, r Request) (contract.Answer, error) {
	client, err := s.clientFor(r.Contract)
	if err != nil {
		return contract.Answer{}, err
	}
	request, err := s.request(ctx, p, r)
	if err != nil {
		return contract.Answer{}, err
	}
	reply, err := client.Do(request)
	if err != nil {
		err = outside.WithoutURL(err) // which holds the arguments
		if errors.Is(err, outside.ErrInside) {
			err = fmt.Errorf("%w: %w", errForGood, err)
		}
		return contract.Answer{}, err
	}
	defer reply.Body.Close() //nolint:errcheck // it was read
	return judge(r.Contract, reply)
}

// clientFor lets a contract into our own network only when its programme says so
// and whoever installed us has named the host.
func (s *Service) clientFor(c contract.Service) (*http.Client, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || c.Check() != "":
		return nil, fmt.Errorf("%w: an address that will not do", errForGood)
	case !c.Private && s.Offline:
		return nil, fmt.Errorf("%w: a rehearsal asks nobody of the internet", errForGood)
	case !c.Private:
		return s.internet, nil
	case slices.Contains(s.Private, u.Host):
		return s.nearby, nil
	}
	return nil, fmt.Errorf("%w: the host %s is not among those allowed in a network of our own", errForGood, u.Host)
}

func (s *Service) request(ctx context.Context, p pending, r Request) (*http.Request, error) {
	made, err := r.Contract.Request(r.Args)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errForGood, err)
	}
	request, err := http.NewRequestWithContext(ctx, r.Contract.Method, made.URL, bytes.NewReader(made.Body))
	if err != nil {
		return nil, fmt.Errorf("%w: the address cannot be made", errForGood)
	}
	request.Header.Set("Idempotency-Key", p.ID)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "besedka")
	if made.Body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if name := r.Contract.Secret; name != "" {
		secret, ok := s.Secrets[name]
		if !ok {
			return nil, fmt.Errorf("%w: there is no secret BESEDKA_SERVICE_%s_SECRET", errForGood, name)
		}
		if secret.Host != request.URL.Host {
			return nil, fmt.Errorf("%w: the secret %s is for the host in BESEDKA_SERVICE_%s_HOST (%q), not for %s", errForGood, name, name, secret.Host, request.URL.Host)
		}
		request.Header.Set("Authorization", "Bearer "+secret.Value)
	}
	return request, nil
}

// judge reads an answer. One that is no outcome is asked for again unless the
// service has refused for good.
func judge(c contract.Service, reply *http.Response) (contract.Answer, error) {
	body, err := io.ReadAll(io.LimitReader(reply.Body, contract.MaxAnswer+1))
	switch {
	case err != nil:
		return contract.Answer{}, err
	case len(body) > contract.MaxAnswer:
		return contract.Answer{}, fmt.Errorf("%w: more than %d bytes", contract.ErrForeign, contract.MaxAnswer)
	case len(body) > 0 && !isJSON(reply.Header.Get("Content-Type")):
		err = fmt.Errorf("%w: status %d and no JSON", contract.ErrForeign, reply.StatusCode)
	default:
		var answer contract.Answer
		if answer, err = c.Judge(reply.StatusCode, body); err == nil {
			return answer, nil
		}
	}
	if refused(reply.StatusCode) {
		err = fmt.Errorf("%w: %w", errForGood, err)
	}
	return contract.Answer{}, err
}

func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
}

// refused says whether a status means that asking again is of no use.
func refused(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusConflict: // of an Idempotency-Key in work
		return false
	}
	return status >= 300 && status < 500
}
