package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"besedka/bots"
)

// How a call about a topic fails, beside the ways of package bots.
var (
	ErrNoTopic   = errors.New("there is no such topic any more")
	ErrNoMessage = errors.New("there is no such message any more")
)

// MovedError says that a group goes by another number since it was made a supergroup,
// core.telegram.org/bots/api#responseparameters. Nothing was done.
type MovedError struct{ To int64 }

func (e *MovedError) Error() string { return fmt.Sprintf("the group goes by %d now", e.To) }

// Forum is a bot among the staff, in a supergroup with topics. It is no way to shoppers.
type Forum struct{ a *Adapter }

// NewForum is the bot with the token of cfg, which must not be the one that shoppers
// write to: their limits would be one. It does not touch the network.
func NewForum(cfg Config) (*Forum, error) {
	a, err := New(cfg)
	if err != nil {
		return nil, err
	}
	return &Forum{a}, nil
}

// Account names the bot among all accounts.
func (f *Forum) Account() string { return f.a.account }

// Place is a topic of a chat; Thread 0 is a chat without topics, or its general one.
type Place struct{ Chat, Thread int64 }

// Post is one message. At most one of Photo and Document is set; then Text, which may be
// empty, stands under it.
type Post struct {
	Text     string
	Photo    []byte
	Document []byte
	Name     string // of the document
	Answers  int64  // message that it answers; when that is gone it goes alone
	Keys     [][]Key
}

// Key is a button under a Post: it tells Data to the bot, or opens URL.
type Key struct{ Title, Data, URL string }

// CreateTopic makes a topic and returns its number.
func (f *Forum) CreateTopic(ctx context.Context, chat int64, name string) (int64, error) {
	t, err := f.a.api.CreateForumTopic(ctx, &bot.CreateForumTopicParams{ChatID: chat, Name: name})
	if err != nil {
		return 0, ofTopic(err)
	}
	return int64(t.MessageThreadID), nil
}

// RenameTopic calls a topic something else. To do it again is no error.
func (f *Forum) RenameTopic(ctx context.Context, p Place, name string) error {
	_, err := f.a.api.EditForumTopic(ctx, &bot.EditForumTopicParams{ChatID: p.Chat, MessageThreadID: int(p.Thread), Name: name})
	return done(err)
}

// CloseTopic lets nobody but administrators write in a topic; ReopenTopic lets all.
// DeleteTopic takes away all that is in it. To do either again is no error.
func (f *Forum) CloseTopic(ctx context.Context, p Place) error {
	_, err := f.a.api.CloseForumTopic(ctx, &bot.CloseForumTopicParams{ChatID: p.Chat, MessageThreadID: int(p.Thread)})
	return done(err)
}

// ReopenTopic is said at CloseTopic.
func (f *Forum) ReopenTopic(ctx context.Context, p Place) error {
	_, err := f.a.api.ReopenForumTopic(ctx, &bot.ReopenForumTopicParams{ChatID: p.Chat, MessageThreadID: int(p.Thread)})
	return done(err)
}

// DeleteTopic is said at CloseTopic.
func (f *Forum) DeleteTopic(ctx context.Context, p Place) error {
	_, err := f.a.api.DeleteForumTopic(ctx, &bot.DeleteForumTopicParams{ChatID: p.Chat, MessageThreadID: int(p.Thread)})
	if err = done(err); errors.Is(err, ErrNoTopic) {
		return nil
	}
	return err
}

// Send posts p and returns the number of the message.
func (f *Forum) Send(ctx context.Context, to Place, p Post) (int64, error) {
	m, err := f.send(ctx, to, p)
	if err != nil {
		return 0, ofTopic(err)
	}
	return int64(m.ID), nil
}

func (f *Forum) send(ctx context.Context, to Place, p Post) (*models.Message, error) {
	var answers *models.ReplyParameters
	if p.Answers != 0 {
		answers = &models.ReplyParameters{MessageID: int(p.Answers), AllowSendingWithoutReply: true}
	}
	switch thread := int(to.Thread); {
	case p.Photo != nil:
		return f.a.api.SendPhoto(ctx, &bot.SendPhotoParams{
			ChatID: to.Chat, MessageThreadID: thread, Caption: p.Text, ReplyParameters: answers, ReplyMarkup: keys(p.Keys),
			Photo: &models.InputFileUpload{Filename: "photo", Data: bytes.NewReader(p.Photo)},
		})
	case p.Document != nil:
		return f.a.api.SendDocument(ctx, &bot.SendDocumentParams{
			ChatID: to.Chat, MessageThreadID: thread, Caption: p.Text, ReplyParameters: answers, ReplyMarkup: keys(p.Keys),
			Document: &models.InputFileUpload{Filename: p.Name, Data: bytes.NewReader(p.Document)}, DisableContentTypeDetection: true,
		})
	default:
		return f.a.api.SendMessage(ctx, &bot.SendMessageParams{
			ChatID: to.Chat, MessageThreadID: thread, Text: p.Text, ReplyParameters: answers, ReplyMarkup: keys(p.Keys),
			LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: bot.True()}, // a shopper's link is not to be fetched
		})
	}
}

func keys(rows [][]Key) any {
	if rows == nil {
		return nil
	}
	m := inlineMarkup{Rows: make([][]inlineButton, len(rows))}
	for i, row := range rows {
		for _, k := range row {
			m.Rows[i] = append(m.Rows[i], inlineButton{Text: k.Title, Data: k.Data, URL: k.URL})
		}
	}
	return m
}

// Edit makes a text of the bot's say p. To do it again is no error; ErrNoMessage when it
// is gone, or cannot be changed any more.
func (f *Forum) Edit(ctx context.Context, chat, message int64, p Post) error {
	_, err := f.a.api.EditMessageText(ctx, &bot.EditMessageTextParams{ChatID: chat, MessageID: int(message), Text: p.Text, ReplyMarkup: keys(p.Keys)})
	return done(err)
}

// Pin keeps a message at the top of its topic.
func (f *Forum) Pin(ctx context.Context, chat, message int64) error {
	_, err := f.a.api.PinChatMessage(ctx, &bot.PinChatMessageParams{ChatID: chat, MessageID: int(message), DisableNotification: true})
	return done(err)
}

// React puts one emoji under a message in place of the one before; it is no message to
// Telegram's limits.
func (f *Forum) React(ctx context.Context, chat, message int64, emoji string) error {
	mark := models.ReactionType{Type: models.ReactionTypeTypeEmoji, ReactionTypeEmoji: &models.ReactionTypeEmoji{Emoji: emoji}}
	_, err := f.a.api.SetMessageReaction(ctx, &bot.SetMessageReactionParams{ChatID: chat, MessageID: int(message), Reaction: []models.ReactionType{mark}})
	return done(err)
}

// AnswerTap stops the spinner of a button and shows text, up to 200 characters, to who
// has pressed it.
func (f *Forum) AnswerTap(ctx context.Context, tap, text string) error {
	_, err := f.a.api.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: tap, Text: text})
	return done(err)
}

// Fetch downloads a file that was sent to the bot, see bots.Adapter.
func (f *Forum) Fetch(ctx context.Context, remote string, limit int64) ([]byte, error) {
	return f.a.Fetch(ctx, remote, limit)
}

// The rights that the bot needs in its group, as the Bot API names them.
var rights = []string{"can_manage_topics", "can_pin_messages", "can_delete_messages"}

// Lacks are what the bot lacks in a group: "is_forum" when the group has no topics, else
// rights by their names in the Bot API; all of them when it is no administrator.
func (f *Forum) Lacks(ctx context.Context, chat int64) ([]string, error) {
	c, err := f.a.api.GetChat(ctx, &bot.GetChatParams{ChatID: chat})
	if err != nil {
		return nil, ofTopic(err)
	}
	if !c.IsForum {
		return []string{"is_forum"}, nil
	}
	m, err := f.a.api.GetChatMember(ctx, &bot.GetChatMemberParams{ChatID: chat, UserID: f.a.api.ID()})
	if err != nil {
		return nil, ofTopic(err)
	}
	if m.Owner != nil {
		return nil, nil
	}
	if m.Administrator == nil {
		return rights, nil
	}
	has := map[string]bool{
		"can_manage_topics": m.Administrator.CanManageTopics, "can_pin_messages": m.Administrator.CanPinMessages, "can_delete_messages": m.Administrator.CanDeleteMessages,
	}
	return slices.DeleteFunc(slices.Clone(rights), func(r string) bool { return has[r] }), nil
}

// done takes for success what says that all is as it was to be.
func done(err error) error {
	if err == nil || errors.Is(err, bot.ErrorBadRequest) && (strings.Contains(err.Error(), "is not modified") || strings.Contains(err.Error(), "TOPIC_NOT_MODIFIED")) {
		return nil
	}
	return ofTopic(err)
}

// gone are Telegram's words, which are all there is to tell them by.
var gone = map[string]error{
	"message thread not found":   ErrNoTopic,
	"TOPIC_DELETED":              ErrNoTopic,
	"TOPIC_ID_INVALID":           ErrNoTopic,
	"message to edit not found":  ErrNoMessage,
	"message can't be edited":    ErrNoMessage,
	"message to pin not found":   ErrNoMessage,
	"message to react not found": ErrNoMessage,
	"MESSAGE_ID_INVALID":         ErrNoMessage,
}

func ofTopic(err error) error {
	if e, ok := errors.AsType[*bot.MigrateError](err); ok {
		return &MovedError{int64(e.MigrateToChatID)}
	}
	if errors.Is(err, bot.ErrorBadRequest) {
		for words, kind := range gone {
			if strings.Contains(err.Error(), words) {
				return fmt.Errorf("%w: %w", kind, err)
			}
		}
	}
	return classify(err)
}

// Unreachable says that nothing goes on in the group until somebody acts there.
func Unreachable(err error) bool {
	return errors.Is(err, bots.ErrUnauthorized) || errors.Is(err, bots.ErrBlocked)
}
