package cloudapi

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"besedka/bots"
	"besedka/core/chat"
)

// upload gives Meta a picture or a file and returns its id; "" for none. Whatever happens
// to it, no message was sent.
func (a *Adapter) upload(ctx context.Context, m *chat.Media) (string, error) {
	if m == nil {
		return "", nil
	}
	data, err := a.cfg.Picture(ctx, *m)
	if err != nil {
		return "", fmt.Errorf("%w: read picture: %w", bots.ErrUnavailable, err)
	}
	kind, body, err := form(*m, data)
	if err != nil {
		return "", fmt.Errorf("%w: %w", bots.ErrRejected, err)
	}
	var kept struct {
		ID string `json:"id"`
	}
	err = a.call(ctx, http.MethodPost, a.cfg.PhoneID+"/media", kind, body, &kept)
	switch {
	case err != nil:
		return "", fmt.Errorf("upload: %w", unsaid(err))
	case kept.ID == "":
		return "", fmt.Errorf("%w: an answer without the file's id", bots.ErrUnavailable)
	}
	return kept.ID, nil
}

// form is a picture or a file as Meta wants it uploaded.
func form(m chat.Media, data []byte) (kind string, body *bytes.Buffer, err error) {
	body = &bytes.Buffer{}
	w := multipart.NewWriter(body)
	if err := w.WriteField("messaging_product", "whatsapp"); err != nil {
		return "", nil, err
	}
	head := textproto.MIMEHeader{}
	head.Set("Content-Disposition", `form-data; name="file"; filename="file"`)
	head.Set("Content-Type", typeOf(m, data))
	part, err := w.CreatePart(head)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	return w.FormDataContentType(), body, err
}

// documents are the types of the files that chat.Files.Endings names. Meta goes by the type
// that it is told, and takes no other, .../cloud-api/reference/media#supported-media-types.
var documents = map[string]string{
	"pdf":  "application/pdf",
	"txt":  "text/plain",
	"doc":  "application/msword",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xls":  "application/vnd.ms-excel",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"ppt":  "application/vnd.ms-powerpoint",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

func typeOf(m chat.Media, data []byte) string {
	switch m.Kind {
	case chat.Voice:
		return "audio/ogg; codecs=opus" // without the codec it is refused
	case chat.Video:
		return "video/mp4"
	case chat.Document:
		return documents[chat.Ending(m.Name)]
	}
	return http.DetectContentType(data)
}
