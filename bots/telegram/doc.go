// Package telegram speaks the Telegram Bot API. Methods and models come from
// go-telegram/bot; the polling loop, the webhook handler and the reading of
// updates are ours, because an update may be confirmed only after it is
// committed and one that cannot be read must not hold up the rest.
//
// The token is part of every URL, so no URL gets into an error or the log.
package telegram
