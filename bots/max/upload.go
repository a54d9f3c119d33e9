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

// upload hands a picture or a file over and returns what a message names it by. Nothing
// has been said to the person by then, so that no failure leaves a doubt.
func (a *Adapter) upload(ctx context.Context, m chat.Media) (json.RawMessage, error) {
	data, err := a.cfg.Picture(ctx, m)
	if err != nil {
		return nil, fmt.Errorf("%w: read picture: %w", bots.ErrUnavailable, err)
	}
	var place struct {
		URL   string `json:"url"`
		Token string `json:"token"` // of a sound or a video
	}
	ask := request{method: http.MethodPost, path: "/uploads", query: url.Values{"type": {typeOf(m)}}}
	if err := a.call(ctx, ask, &place); err != nil {
		return nil, unsaid(err)
	}
	answer, err := a.put(ctx, place.URL, nameOf(m, data), data)
	if err != nil {
		return nil, unsaid(err)
	}
	return naming(m, place.Token, answer)
}

// typeOf is what MAX calls m, in an upload and in a message.
func typeOf(m chat.Media) string {
	switch m.Kind {
	case chat.Voice:
		return "audio"
	case chat.Video:
		return "video"
	case chat.Document:
		return "file"
	}
	return "image"
}

// nameOf is what m is uploaded as: MAX goes by the end of the name, and people see that of
// a file.
func nameOf(m chat.Media, data []byte) string {
	if m.Kind != "" {
		return m.Name
	}
	return "picture" + ending(data)
}

// naming is the payload by which a message names what was uploaded: of a picture whatever
// object MAX answered, of anything else its token, which for sounds and videos came before
// the upload, dev.max.ru/docs-api/methods/POST/uploads.
func naming(m chat.Media, token string, answer bots.Answer) (json.RawMessage, error) {
	var named map[string]json.RawMessage
	if token == "" && json.Unmarshal(answer.Body, &named) != nil {
		return nil, fmt.Errorf("%w: upload: unreadable answer", bots.ErrUnavailable)
	}
	switch {
	case m.Kind == "" && len(named) > 0:
		return answer.Body, nil
	case token != "":
		return json.Marshal(map[string]string{"token": token})
	case m.Kind != "" && named["token"] != nil:
		return json.Marshal(map[string]json.RawMessage{"token": named["token"]})
	}
	return nil, fmt.Errorf("%w: upload: an answer without the file's token", bots.ErrUnavailable)
}

// put sends data to an address that is its own proof: the token stays here.
func (a *Adapter) put(ctx context.Context, address, name string, data []byte) (bots.Answer, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("data", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		return bots.Answer{}, fmt.Errorf("%w: %w", bots.ErrUnavailable, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, &body)
	if err != nil {
		return bots.Answer{}, fmt.Errorf("%w: bad address for the upload", bots.ErrUnavailable)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := bots.Call(a.files, req)
	switch {
	case err != nil:
		return answer, err
	case answer.Status == http.StatusBadRequest, answer.Status == http.StatusUnsupportedMediaType:
		return answer, fmt.Errorf("%w: upload: status %d", bots.ErrRejected, answer.Status)
	case answer.Status != http.StatusOK:
		return answer, fmt.Errorf("%w: upload: status %d", bots.ErrUnavailable, answer.Status)
	}
	return answer, nil
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
