package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"besedka/bots"
	"besedka/core/chat"
)

// Send implements bots.Adapter. Telegram knows no idempotency keys; the id
// only travels as X-Request-Id.
func (a *Adapter) Send(ctx context.Context, peer, id string, w chat.Wire) (string, error) {
	to, err := strconv.ParseInt(peer, 10, 64)
	if err != nil {
		return "", fmt.Errorf("%w: peer is not a chat id", bots.ErrRejected)
	}
	m, err := a.send(withRequestID(ctx, id), to, w)
	if err != nil {
		return "", classify(err)
	}
	return strconv.Itoa(m.ID), nil
}

func (a *Adapter) send(ctx context.Context, to int64, w chat.Wire) (*models.Message, error) {
	if w.Media == nil {
		return a.api.SendMessage(ctx, &bot.SendMessageParams{ChatID: to, Text: w.Text, ReplyMarkup: markup(w), ReplyParameters: quote(w)})
	}
	data, err := a.cfg.Picture(ctx, *w.Media)
	if err != nil {
		return nil, &unsentError{fmt.Errorf("read picture: %w", err)}
	}
	if w.Media.Kind != "" {
		return a.sendFile(ctx, to, w, &models.InputFileUpload{Filename: w.Media.Name, Data: bytes.NewReader(data)})
	}
	return a.api.SendPhoto(ctx, &bot.SendPhotoParams{
		ChatID:          to,
		Photo:           &models.InputFileUpload{Filename: "picture", Data: bytes.NewReader(data)},
		Caption:         w.Text,
		ReplyMarkup:     markup(w),
		ReplyParameters: quote(w),
	})
}

// sendFile sends what is no picture as what it is. A document is not to become anything
// else, whatever it is called.
func (a *Adapter) sendFile(ctx context.Context, to int64, w chat.Wire, file *models.InputFileUpload) (*models.Message, error) {
	switch w.Media.Kind {
	case chat.Voice:
		return a.api.SendVoice(ctx, &bot.SendVoiceParams{ChatID: to, Voice: file, Caption: w.Text, ReplyMarkup: markup(w), ReplyParameters: quote(w)})
	case chat.Video:
		return a.api.SendVideo(ctx, &bot.SendVideoParams{ChatID: to, Video: file, Caption: w.Text, ReplyMarkup: markup(w), ReplyParameters: quote(w)})
	}
	return a.api.SendDocument(ctx, &bot.SendDocumentParams{
		ChatID: to, Document: file, Caption: w.Text, ReplyMarkup: markup(w), ReplyParameters: quote(w), DisableContentTypeDetection: true,
	})
}

// quote is the message that w answers; when that is gone w goes alone.
func quote(w chat.Wire) *models.ReplyParameters {
	id, err := strconv.Atoi(strings.TrimPrefix(w.Answers, keyMark))
	if err != nil || id <= 0 {
		return nil
	}
	return &models.ReplyParameters{MessageID: id, AllowSendingWithoutReply: true}
}

// classify says in the words of package bots how a call failed.
func classify(err error) error {
	if e, ok := errors.AsType[*bot.TooManyRequestsError](err); ok {
		return &bots.ThrottledError{After: time.Duration(e.RetryAfter) * time.Second}
	}
	if unreadable(err) { // the library quotes the answer, and with it the message
		return fmt.Errorf("%w: unreadable answer", bots.ErrUnknownOutcome)
	}
	return fmt.Errorf("%w: %w", kindOf(err), err)
}

func kindOf(err error) error {
	if _, ok := errors.AsType[*unsentError](err); ok {
		return bots.ErrUnavailable
	}
	if e, ok := errors.AsType[*strangeError](err); ok {
		return kindOfStatus(e.status)
	}
	if _, ok := errors.AsType[*bot.MigrateError](err); ok {
		return bots.ErrRejected
	}
	switch {
	case errors.Is(err, bot.ErrorForbidden): // blocked, deactivated, never started
		return bots.ErrBlocked
	case errors.Is(err, bot.ErrorBadRequest):
		return bots.ErrRejected
	case errors.Is(err, bot.ErrorUnauthorized), errors.Is(err, bot.ErrorNotFound):
		return bots.ErrUnauthorized
	}
	return bots.ErrUnknownOutcome
}

// kindOfStatus judges a page that is not the Bot API's. A proxy that had no
// answer in time, or a server that fell over, may have sent the message first;
// one that says it is out of service has not looked at it.
func kindOfStatus(status int) error {
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return bots.ErrRejected
	case status == http.StatusServiceUnavailable:
		return bots.ErrUnavailable
	case status < http.StatusMultipleChoices, status >= http.StatusInternalServerError:
		return bots.ErrUnknownOutcome
	}
	return bots.ErrUnavailable
}

func unreadable(err error) bool {
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return true
	}
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

// markup is the reply_markup of a keyboard. The structs are ours because the
// library's button always carries an empty copy_text, which Telegram may
// refuse with BUTTON_COPY_TEXT_INVALID.
//
// A reply keyboard stands until it is removed, even one for one time, so that a
// shopper who typed the answer would be offered its keys for ever. Whatever has
// no keys of its own removes it: a question that still waits is asked anew, with
// its keys, after news or a wrong answer. But what shall be changed later may have no
// markup other than inline keys, core.telegram.org/bots/api#updating-messages.
func markup(w chat.Wire) any {
	kb := w.Keyboard
	switch {
	case kb != nil && kb.Kind == chat.Inline:
		return inlineMarkup{Rows: rows(kb, func(b chat.Button) inlineButton {
			return inlineButton{Text: b.Title, Data: b.Token, URL: b.URL}
		})}
	case kb != nil && kb.Kind == chat.Reply:
		return replyMarkup{Resize: true, OneTime: true, Rows: rows(kb, func(b chat.Button) replyButton {
			return replyButton{Text: b.Title, Contact: b.Contact}
		})}
	case w.Thread != "":
		return nil
	}
	return noMarkup{Remove: true}
}

func rows[T any](kb *chat.Keyboard, button func(chat.Button) T) [][]T {
	all := make([][]T, len(kb.Rows))
	for i, row := range kb.Rows {
		for _, b := range row {
			all[i] = append(all[i], button(b))
		}
	}
	return all
}

type inlineMarkup struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

type inlineButton struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

type replyMarkup struct {
	Rows    [][]replyButton `json:"keyboard"`
	Resize  bool            `json:"resize_keyboard"`
	OneTime bool            `json:"one_time_keyboard"`
}

type noMarkup struct {
	Remove bool `json:"remove_keyboard"`
}

type replyButton struct {
	Text    string `json:"text"`
	Contact bool   `json:"request_contact,omitempty"`
}
