package max

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"

	"besedka/bots"
	"besedka/core/chat"
)

// upload hands a picture over and returns what a message names it by: whatever
// object MAX answered. Nothing has been said to the person by then, so that no
// failure leaves a doubt.
func (a *Adapter) upload(ctx context.Context, m chat.Media) (json.RawMessage, error) {
	picture, err := a.cfg.Picture(ctx, m)
	if err != nil {
		return nil, fmt.Errorf("%w: read picture: %w", bots.ErrUnavailable, err)
	}
	var place struct {
		URL string `json:"url"`
	}
	ask := request{method: http.MethodPost, path: "/uploads", query: url.Values{"type": {"image"}}}
	if err := a.call(ctx, ask, &place); err != nil {
		return nil, unsaid(err)
	}
	named, err := a.put(ctx, place.URL, picture)
	if err != nil {
		return nil, unsaid(err)
	}
	return named, nil
}

// put sends the picture to an address that is its own proof: the token stays here.
func (a *Adapter) put(ctx context.Context, address string, picture []byte) (json.RawMessage, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("data", "picture"+ending(picture))
	if err == nil {
		_, err = part.Write(picture)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return nil, fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &body)
	if err != nil {
		return nil, fmt.Errorf("%w: bad address for the upload", bots.ErrUnavailable)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := bots.Call(a.files, req)
	if err != nil {
		return nil, err
	}
	if answer.Status == http.StatusBadRequest || answer.Status == http.StatusUnsupportedMediaType {
		return nil, fmt.Errorf("%w: upload: status %d", bots.ErrRejected, answer.Status)
	}
	var named map[string]json.RawMessage
	if answer.Status != http.StatusOK || json.Unmarshal(answer.Body, &named) != nil || len(named) == 0 {
		return nil, fmt.Errorf("%w: upload: status %d", bots.ErrUnavailable, answer.Status)
	}
	return answer.Body, nil
}

// ending names a picture as what it is: MAX goes by the name.
func ending(picture []byte) string {
	switch http.DetectContentType(picture) {
	case "image/png":
		return ".png"
	case "image/gif":
		return ".gif"
	}
	return ".jpg"
}

// unsaid takes the doubt from a failure before anything was said.
func unsaid(err error) error {
	if errors.Is(err, bots.ErrUnknownOutcome) {
		return fmt.Errorf("%w: upload: %s", bots.ErrUnavailable, err.Error())
	}
	return err
}
